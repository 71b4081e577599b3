export interface WatchSettings {
  readonly usePolling: boolean;
  readonly recheckMs: number;
  readonly retryMs: number;
}
