/** Said wherever something shows that came from the simulator: its answers look like those of CAS. */
export const NOTHING_FILED = "SIMULATOR, nothing was filed with customs";
