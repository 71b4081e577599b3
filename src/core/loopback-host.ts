/** The `Host` of a request that was addressed to this machine by a name that no other machine can take. */
export const LOOPBACK_HOST = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i;
