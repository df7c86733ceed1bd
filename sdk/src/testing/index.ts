export { type TestAccount, type TestAccountName, testAccount, testAccountNames } from "./accounts.ts";
export type { TestClient } from "./clients.ts";
export type { NodeProgram } from "./node.ts";
export { type StartOptions, startCardflow, type TestChain } from "./startCardflow.ts";
export { NodeMissingError, NodeUnusableError, RecordingMissingError } from "./testingErrors.ts";
