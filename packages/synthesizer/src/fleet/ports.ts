/** A port: where its harbour basin is (not its city centre), and the bearing from there to open water. */
export interface Port {
  /** UN/LOCODE. */
  readonly id: string;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly seawardDegrees: number;
  /** How often it is chosen, relative to the others. */
  readonly weight: number;
}

type PortLine = readonly [id: string, name: string, latitude: number, longitude: number, seawardDegrees: number, weight: number];

const MAJOR: readonly PortLine[] = [
  ['SGSIN', 'Singapore', 1.264, 103.82, 180, 10],
  ['CNSHA', 'Shanghai', 31.35, 121.61, 60, 9],
  ['HKHKG', 'Hong Kong', 22.338, 114.122, 210, 7],
  ['NLRTM', 'Rotterdam', 51.955, 4.05, 300, 7],
  ['KRPUS', 'Busan', 35.103, 129.045, 150, 6],
  ['AEJEA', 'Dubai', 25.011, 55.061, 320, 6],
  ['USLAX', 'Los Angeles', 33.74, -118.262, 180, 6],
  ['CNCAN', 'Guangzhou', 22.65, 113.67, 160, 5],
  ['CNTAO', 'Qingdao', 36.01, 120.22, 130, 5],
  ['BEANR', 'Antwerp', 51.27, 4.31, 310, 5],
  ['USLGB', 'Long Beach', 33.752, -118.214, 180, 5],
  ['USNYC', 'New York/New Jersey', 40.67, -74.07, 160, 5],
  ['JPTYO', 'Tokyo', 35.615, 139.795, 160, 4],
  ['MYPKG', 'Port Klang', 2.998, 101.39, 250, 4],
  ['CNTSN', 'Tianjin', 38.975, 117.785, 100, 4],
  ['DEHAM', 'Hamburg', 53.535, 9.93, 280, 4],
  ['USHOU', 'Houston', 29.68, -94.99, 140, 4],
  ['TWKHH', 'Kaohsiung', 22.61, 120.28, 250, 3],
  ['ESVLC', 'Valencia', 39.445, -0.32, 100, 3],
  ['GRPIR', 'Piraeus', 37.94, 23.62, 200, 3],
  ['SAJED', 'Jeddah', 21.48, 39.165, 260, 3],
  ['USSAV', 'Savannah', 32.125, -81.14, 110, 3],
  ['CAVAN', 'Vancouver', 49.29, -123.08, 285, 3],
  ['BRSSZ', 'Santos', -23.96, -46.31, 170, 3],
  ['GBFXT', 'Felixstowe', 51.955, 1.31, 140, 2],
  ['MXZLO', 'Manzanillo', 19.065, -104.3, 200, 2],
  ['ZACPT', 'Cape Town', -33.91, 18.435, 320, 2],
  ['ZADUR', 'Durban', -29.875, 31.025, 80, 2],
  ['NGLOS', 'Lagos', 6.435, 3.37, 190, 2],
];

/** Neighbours of the major ports, so that feeders and ferries have somewhere near to go. */
const FEEDER: readonly PortLine[] = [
  ['MYTPP', 'Tanjung Pelepas', 1.365, 103.548, 190, 0.2],
  ['IDBTM', 'Batam', 1.165, 104.005, 0, 0.2],
  ['MYPDI', 'Port Dickson', 2.52, 101.79, 230, 0.2],
  ['MYMKZ', 'Malacca', 2.185, 102.245, 220, 0.2],
  ['CNNGB', 'Ningbo', 29.935, 121.86, 60, 0.2],
  ['CNZOS', 'Zhoushan', 30.0, 122.1, 180, 0.2],
  ['CNNTG', 'Nantong', 32.01, 120.82, 150, 0.2],
  ['CNYTN', 'Yantian', 22.575, 114.27, 180, 0.2],
  ['CNSHK', 'Shekou', 22.475, 113.885, 200, 0.2],
  ['MOMFM', 'Macau', 22.19, 113.56, 120, 0.2],
  ['CNRZH', 'Rizhao', 35.37, 119.555, 110, 0.2],
  ['CNYNT', 'Yantai', 37.555, 121.39, 20, 0.2],
  ['CNCFD', 'Caofeidian', 38.925, 118.5, 180, 0.2],
  ['KRUSN', 'Ulsan', 35.5, 129.385, 130, 0.2],
  ['KRKAN', 'Gwangyang', 34.905, 127.69, 160, 0.2],
  ['JPYOK', 'Yokohama', 35.44, 139.665, 120, 0.2],
  ['JPCHB', 'Chiba', 35.58, 140.09, 220, 0.2],
  ['TWTXG', 'Taichung', 24.27, 120.51, 290, 0.2],
  ['TWANP', 'Anping', 22.97, 120.17, 260, 0.2],
  ['AESHJ', 'Sharjah', 25.365, 55.38, 310, 0.2],
  ['AEKHL', 'Khalifa Port', 24.83, 54.66, 330, 0.2],
  ['SAKAC', 'King Abdullah Port', 22.53, 39.09, 270, 0.2],
  ['NLVLI', 'Vlissingen', 51.445, 3.69, 250, 0.2],
  ['BEZEE', 'Zeebrugge', 51.345, 3.2, 330, 0.2],
  ['GBDVR', 'Dover', 51.12, 1.335, 150, 0.2],
  ['FRCQF', 'Calais', 50.97, 1.85, 330, 0.2],
  ['GBLGP', 'London Gateway', 51.505, 0.485, 95, 0.2],
  ['DEBRV', 'Bremerhaven', 53.59, 8.525, 320, 0.2],
  ['DECUX', 'Cuxhaven', 53.865, 8.72, 330, 0.2],
  ['ESALG', 'Algeciras', 36.13, -5.43, 150, 0.2],
  ['MAPTM', 'Tanger Med', 35.885, -5.5, 340, 0.2],
  ['ESSAG', 'Sagunto', 39.64, -0.205, 110, 0.2],
  ['ESCAS', 'Castellon', 39.965, 0.02, 120, 0.2],
  ['GRLAV', 'Lavrio', 37.71, 24.065, 120, 0.2],
  ['USNTD', 'Port Hueneme', 34.148, -119.208, 220, 0.2],
  ['USSAN', 'San Diego', 32.705, -117.16, 200, 0.2],
  ['USBDR', 'Bridgeport', 41.165, -73.18, 180, 0.2],
  ['USHVN', 'New Haven', 41.285, -72.905, 190, 0.2],
  ['USGLS', 'Galveston', 29.31, -94.81, 120, 0.2],
  ['USTXT', 'Texas City', 29.365, -94.9, 110, 0.2],
  ['USCHS', 'Charleston', 32.82, -79.92, 130, 0.2],
  ['USSEA', 'Seattle', 47.59, -122.35, 300, 0.2],
  ['CANNO', 'Nanaimo', 49.165, -123.925, 60, 0.2],
  ['CAVIC', 'Victoria', 48.425, -123.385, 200, 0.2],
  ['BRSSO', 'Sao Sebastiao', -23.805, -45.395, 200, 0.2],
  ['MXLZC', 'Lazaro Cardenas', 17.93, -102.175, 190, 0.2],
  ['ZASDB', 'Saldanha Bay', -33.03, 17.98, 230, 0.2],
  ['ZARCB', 'Richards Bay', -28.8, 32.06, 120, 0.2],
  ['BJCOO', 'Cotonou', 6.35, 2.43, 180, 0.2],
  ['TGLFW', 'Lome', 6.135, 1.285, 180, 0.2],
];

/** The 29 major ports first, then the smaller ones around them. */
export const PORTS: readonly Port[] = [...MAJOR, ...FEEDER].map(([id, name, latitude, longitude, seawardDegrees, weight]) => ({
  id,
  name,
  latitude,
  longitude,
  seawardDegrees,
  weight,
}));
