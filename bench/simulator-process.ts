// The simulator of a bench, in a process of its own so that it does not share a core's event loop
// with what is measured. Prints its address; ends when its standard input does.
import { startSimulator } from "../src/simulator/start-simulator.ts";

const [stateFile = "", timeScale = "1"] = process.argv.slice(2);
const simulator = await startSimulator({ stateFile, timeScale: Number(timeScale) });
process.stdout.write(`${JSON.stringify({ url: simulator.url, tokenUrl: simulator.tokenUrl })}\n`);
process.stdin.resume();
process.stdin.on("end", () => {
  void simulator.close();
});
