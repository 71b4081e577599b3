/** Said wherever something of the simulator is shown: its answers look like those of CAS. */
export const NOTHING_FILED = "SIMULATOR, nothing was filed with customs";
