import type { ErrorCode } from '@bqsync/errors';

export interface ServerSettings {
  readonly file: string;
  readonly port: number;
  readonly streamingBufferMs: number;
}

export type ServerRequest = { readonly kind: 'start'; readonly options: ServerSettings } | { readonly kind: 'close' };

export type ServerReply =
  | { readonly kind: 'started'; readonly url: string; readonly port: number; readonly storageUrl: string }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined };
