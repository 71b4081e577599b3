// A simulator in a process of its own, to be killed: prints its address and serves.
import { startSimulator } from "../../src/simulator/start-simulator.ts";

const stateFile = process.argv[2];
if (stateFile === undefined) throw new Error("Name the state file");
const simulator = await startSimulator({ stateFile, timeScale: 100 });
process.stdout.write(`${simulator.url}\n`);
