// Processes that a driver did not start itself, found by a mark in their command line.

import { execFileSync } from "node:child_process";

/** Kills, at once, every process whose command line holds `mark` (a fresh folder's name: ours alone), and waits for the end. */
export async function killByMark(mark) {
  for (let round = 0; round < 200; round++) {
    const pids = byMark(mark);
    if (pids.length === 0) return;
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // gone in between
      }
    }
    await new Promise(again => setTimeout(again, 25));
  }
  throw new Error(`a process of ${mark} does not die`);
}

function byMark(mark) {
  const rows = execFileSync("ps", ["-axww", "-o", "pid=,stat=,args="], { encoding: "utf8", maxBuffer: 1 << 26 }).split("\n");
  return rows
    .map(row => row.trim().match(/^(\d+)\s+(\S+)\s+(.*)$/))
    .filter(row => row && row[3].includes(mark) && !row[2].startsWith("Z") && Number(row[1]) !== process.pid)
    .filter(row => !/^(\/\S+\/)?ps /.test(row[3]))
    .map(row => Number(row[1]));
}
