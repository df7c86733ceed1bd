import { keccak256, toHex } from "viem";

/** Seconds. */
const DAY = 86_400;

/**
 * People's permissions, as code. A role's holder comes from the deployment's parameters; `delay` is how long (seconds) an operation of
 * that holder waits, visible to all, before it can be executed. Everything not named here belongs to the admin role.
 */
export const ROLES = {
  guardian: { id: 1n, holder: "guardian", delay: 0 },
  verifier: { id: 2n, holder: "verifier", delay: 0 },
  parameters: { id: 3n, holder: "timelock", delay: 7 * DAY },
  wiring: { id: 4n, holder: "timelock", delay: 7 * DAY },
  tokenMinter: { id: 5n, holder: "timelock", delay: 30 * DAY },
} as const;

export type RoleName = keyof typeof ROLES;

/** The admin role can give any other, so it waits as long as the longest of them. */
export const ADMIN = { id: 0n, holder: "timelock", delay: 30 * DAY } as const;

/** Which role may call which restricted function, by contract and signature. */
export const PERMISSIONS = {
  ComputeToken: { "setMinter(address)": "tokenMinter", "setEmitter(address)": "tokenMinter" },
  ComputeDollar: { "setMinter(address)": "tokenMinter" },
  PriceOracle: {
    "setSource(uint8,(address,uint24,uint8,uint32,uint32))": "parameters",
    "setSequencer(address)": "parameters",
  },
  DollarMinter: {
    "pauseMint(uint40)": "guardian",
    "pauseRedeem(uint40)": "guardian",
    "setParameters((uint16,uint16,uint16,uint16,uint16,uint16,uint16,uint32))": "parameters",
    "setMarket(address)": "wiring",
    "setLedger(address)": "wiring",
  },
  CardRegistry: {
    "pauseRegistration(uint40)": "guardian",
    "verify(uint256,bytes32)": "verifier",
    "verifyMany(uint256[],bytes32[])": "verifier",
    "setModel(uint8,string,uint32,uint96,uint96)": "parameters",
    "setRegion(uint8,string)": "parameters",
    "setEncumbrancer(address,bool)": "wiring",
    "setLedger(address)": "wiring",
  },
  SupplierStaking: { "setLedger(address)": "wiring", "setSlasher(address)": "wiring" },
  LeaseLedger: {
    "setMarket(address)": "wiring",
    "setMinter(address)": "wiring",
    "setRenterStaking(address)": "wiring",
  },
  RentalMarket: { "pauseMatches(uint40)": "guardian", "setParameters((uint16,uint16,uint32))": "parameters" },
  RevenueShareFactory: { "pauseSales(uint40)": "guardian" },
} as const satisfies Record<string, Record<string, RoleName>>;

export type PermittedContract = keyof typeof PERMISSIONS;

/** First four bytes of the hash of a function signature such as `pauseMint(uint40)`. */
export const selectorOf = (signature: string): `0x${string}` =>
  keccak256(toHex(signature)).slice(0, 10) as `0x${string}`;
