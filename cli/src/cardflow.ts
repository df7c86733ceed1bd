#!/usr/bin/env node
import { main } from "./main.ts";
import { processIo } from "./terminal/io.ts";

// Whoever reads may have enough: `cardflow … | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

process.exitCode = await main(process.argv.slice(2), processIo());
