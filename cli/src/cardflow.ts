#!/usr/bin/env node
import { main } from "./main.ts";
import { processIo } from "./terminal/io.ts";

// Whoever reads may have enough: `cardflow … | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

// Nobody reads what goes on any more, but what was begun is carried out, and its result told.
process.stderr.on("error", () => undefined);

process.exitCode = await main(process.argv.slice(2), processIo());
