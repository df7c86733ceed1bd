import { type Address, type Hex, isAddressEqual, type Log, parseEventLogs } from "viem";
import { readContract } from "viem/actions";
import { ADMIN, PERMISSIONS, ROLES, selectorOf } from "../../../ignition/roles.ts";
import { accessManagerAbi } from "../../../sdk/src/abis/index.ts";
import { each } from "../../demo/each.ts";
import { compare, type Finding, judge, type Look } from "./finding.ts";
import { readLogs } from "./logs.ts";
import { restrictedContracts } from "./wiring.ts";

/** Role that everybody has. */
const PUBLIC_ROLE = 2n ** 64n - 1n;

const EXPECTED = new Map<
  bigint,
  { readonly name: string; readonly holder: "timelock" | "guardian" | "verifier"; readonly delay: number }
>(
  [["admin", ADMIN] as const, ...Object.entries(ROLES)].map(([name, { id, holder, delay }]) => [
    id,
    { name, holder, delay },
  ]),
);

const nameOf = (role: bigint): string => EXPECTED.get(role)?.name ?? (role === PUBLIC_ROLE ? "public" : `${role}`);

/** Whether every role is where it belongs and nowhere else, with its delay, over its functions; from all events and from the state. */
export const roleFindings = async (look: Look): Promise<Finding[]> => {
  const logs = await readLogs(look, [look.deployment.addresses.accessManager]);
  const held = heldRoles(logs);
  const roles = [...new Set([...EXPECTED.keys(), ...held.keys(), ...mentionedRoles(logs)])].sort((a, b) =>
    a < b ? -1 : 1,
  );
  return [
    ...(await each(roles, (role) => holderFindings(look, role, [...(held.get(role) ?? [])]))).flat(),
    ...(
      await each(
        roles.filter((role) => role !== PUBLIC_ROLE),
        (role) => rankFindings(look, role),
      )
    ).flat(),
    ...(await functionFindings(look, logs)),
    ...(await targetFindings(look)),
    ...operationFindings(look, logs),
  ];
};

/** Members by role, by what was granted and revoked. */
const heldRoles = (logs: readonly Log[]): Map<bigint, Set<Address>> => {
  const held = new Map<bigint, Set<Address>>();
  for (const event of parseEventLogs({
    abi: accessManagerAbi,
    eventName: ["RoleGranted", "RoleRevoked"],
    logs: [...logs],
  })) {
    const { roleId, account } = event.args;
    const members = held.get(roleId) ?? new Set<Address>();
    held.set(roleId, members);
    if (event.eventName === "RoleGranted") members.add(account);
    else members.delete(account);
  }
  return held;
};

const mentionedRoles = (logs: readonly Log[]): bigint[] =>
  parseEventLogs({
    abi: accessManagerAbi,
    eventName: ["RoleAdminChanged", "RoleGuardianChanged"],
    logs: [...logs],
  }).map(({ args }) => args.roleId);

const holderFindings = async (look: Look, role: bigint, members: readonly Address[]): Promise<Finding[]> => {
  const { Cardflow } = look.parameters;
  const expected = EXPECTED.get(role);
  const holder = expected === undefined ? undefined : Cardflow[expected.holder];
  const subject = `role ${nameOf(role)}`;
  const strangers = members
    .filter((account) => holder === undefined || !isAddressEqual(account, holder))
    .map((account) => judge(subject, "fault", `is held by ${account}, who should not hold it`));
  if (expected === undefined || holder === undefined) return strangers;
  if (!members.some((account) => isAddressEqual(account, holder)))
    return [...strangers, judge(subject, "fault", `is not held by the ${expected.holder} ${holder}`)];
  return [await delayFinding(look, role, holder, expected.delay), ...strangers];
};

/** The delay of a holder, now and to come. */
const delayFinding = async (
  { reader, deployment, block }: Look,
  role: bigint,
  holder: Address,
  expected: number,
): Promise<Finding> => {
  const subject = `role ${nameOf(role)}`;
  const [since, delay, pending, effect] = await readContract(reader, {
    address: deployment.addresses.accessManager,
    abi: accessManagerAbi,
    functionName: "getAccess",
    args: [role, holder],
    blockNumber: block.number,
  });
  if (since === 0 || since > block.time)
    return judge(subject, "fault", `is held by ${holder} only from ${timeOf(since)} on`);
  if (delay !== expected)
    return judge(subject, "fault", `has a delay of ${delay} s for ${holder}, should have ${expected} s`);
  if (effect !== 0)
    return judge(subject, "fault", `will have a delay of ${pending} s for ${holder} from ${timeOf(effect)} on`);
  return judge(subject, "ok", `${holder}, alone, delay ${delay} s`);
};

const timeOf = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** Nobody but the admin gives a role or cancels its operations, and a grant counts at once. */
const rankFindings = async ({ reader, deployment, block }: Look, role: bigint): Promise<Finding[]> => {
  const at = {
    address: deployment.addresses.accessManager,
    abi: accessManagerAbi,
    args: [role],
    blockNumber: block.number,
  } as const;
  const ranks = [
    compare(
      `role ${nameOf(role)}'s admin`,
      nameOf(ADMIN.id),
      nameOf(await readContract(reader, { ...at, functionName: "getRoleAdmin" })),
    ),
    compare(
      `role ${nameOf(role)}'s guardian`,
      nameOf(ADMIN.id),
      nameOf(await readContract(reader, { ...at, functionName: "getRoleGuardian" })),
    ),
    compare(
      `role ${nameOf(role)}'s grant delay`,
      0,
      await readContract(reader, { ...at, functionName: "getRoleGrantDelay" }),
    ),
  ];
  return ranks.filter(({ verdict }) => verdict !== "ok");
};

/* FUNCTIONS */

/** Every function that was ever given to a role, against the permissions as code. */
const functionFindings = async (look: Look, logs: readonly Log[]): Promise<Finding[]> => {
  const targets = restrictedContracts(look.deployment);
  const given = new Map<string, bigint>();
  for (const { args } of parseEventLogs({
    abi: accessManagerAbi,
    eventName: "TargetFunctionRoleUpdated",
    logs: [...logs],
  }))
    given.set(keyOf(args.target, args.selector), args.roleId);

  const findings = await each(targets, async ([name, address]) => {
    const wrong: Finding[] = [];
    const permissions = Object.entries(PERMISSIONS[name]);
    for (const [signature, role] of permissions) {
      const selector = selectorOf(signature);
      const actual = await roleOf(look, address, selector);
      const event = given.get(keyOf(address, selector)) ?? ADMIN.id;
      given.delete(keyOf(address, selector));
      const finding = compare(`role over ${name}.${signature.split("(")[0]}`, role, nameOf(actual));
      if (finding.verdict !== "ok" || event !== actual) wrong.push(finding);
    }
    return wrong.length > 0
      ? wrong
      : [judge(`roles over ${name}`, "ok", `${permissions.length} functions, each with its role`)];
  });
  const others = [...given]
    .filter(([, role]) => role !== ADMIN.id)
    .map(([key, role]) => judge("role over another function", "fault", `${key} is given to the role ${nameOf(role)}`));
  return [...findings.flat(), ...others];
};

const keyOf = (target: Address, selector: Hex): string => `${target.toLowerCase()} ${selector}`;

const roleOf = ({ reader, deployment, block }: Look, target: Address, selector: Hex): Promise<bigint> =>
  readContract(reader, {
    address: deployment.addresses.accessManager,
    abi: accessManagerAbi,
    functionName: "getTargetFunctionRole",
    args: [target, selector],
    blockNumber: block.number,
  });

/** No contract is closed, and none has a delay of its own for its administration. */
const targetFindings = async ({ reader, deployment, block }: Look): Promise<Finding[]> => {
  const findings = await each(restrictedContracts(deployment), async ([name, target]) => {
    const at = {
      address: deployment.addresses.accessManager,
      abi: accessManagerAbi,
      args: [target],
      blockNumber: block.number,
    } as const;
    return [
      compare(
        `closed to its roles: ${name}`,
        false,
        await readContract(reader, { ...at, functionName: "isTargetClosed" }),
      ),
      compare(`admin delay of ${name}`, 0, await readContract(reader, { ...at, functionName: "getTargetAdminDelay" })),
    ];
  });
  return findings.flat().filter(({ verdict }) => verdict !== "ok");
};

/** Operations that wait for their time: everybody may know what is coming. */
const operationFindings = ({ block }: Look, logs: readonly Log[]): Finding[] => {
  const waiting = new Map<string, { readonly target: Address; readonly schedule: number; readonly data: Hex }>();
  const names = ["OperationScheduled", "OperationExecuted", "OperationCanceled"] as const;
  for (const event of parseEventLogs({ abi: accessManagerAbi, eventName: [...names], logs: [...logs] })) {
    const key = `${event.args.operationId} ${event.args.nonce}`;
    if (event.eventName === "OperationScheduled") waiting.set(key, event.args);
    else waiting.delete(key);
  }
  const open = [...waiting.values()].filter(({ schedule }) => schedule + EXPIRATION > block.time);
  return open.length === 0
    ? [judge("scheduled operations", "ok", "none")]
    : open.map(({ target, schedule, data }) =>
        judge(
          "scheduled operation",
          "note",
          `${data.slice(0, 10)} of ${target} can be executed from ${timeOf(schedule)} on`,
        ),
      );
};

/** Seconds after which the manager no longer executes an operation. */
const EXPIRATION = 7 * 86_400;
