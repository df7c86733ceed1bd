import { type Address, parseEther, zeroAddress, zeroHash } from "viem";
import type { Person } from "../../../demo/people.ts";
import type { Contracts } from "./compile.ts";
import type { PeerKey } from "./known.ts";
import type { Deployed, Lab } from "./lab.ts";

const PRICE = parseEther("1");
const MANY = parseEther("1000000");
const YEAR = 365 * 86_400;

const offerItem = [
  { name: "itemType", type: "uint8" },
  { name: "token", type: "address" },
  { name: "identifierOrCriteria", type: "uint256" },
  { name: "startAmount", type: "uint256" },
  { name: "endAmount", type: "uint256" },
] as const;
const types = {
  OrderComponents: [
    { name: "offerer", type: "address" },
    { name: "zone", type: "address" },
    { name: "offer", type: "OfferItem[]" },
    { name: "consideration", type: "ConsiderationItem[]" },
    { name: "orderType", type: "uint8" },
    { name: "startTime", type: "uint256" },
    { name: "endTime", type: "uint256" },
    { name: "zoneHash", type: "bytes32" },
    { name: "salt", type: "uint256" },
    { name: "conduitKey", type: "bytes32" },
    { name: "counter", type: "uint256" },
  ],
  OfferItem: offerItem,
  ConsiderationItem: [...offerItem, { name: "recipient", type: "address" }],
} as const;

type Item = {
  readonly itemType: number;
  readonly token: Address;
  readonly identifierOrCriteria: bigint;
  readonly startAmount: bigint;
  readonly endAmount: bigint;
};

const item = (itemType: number, token: Address, id: bigint, amount: bigint): Item => ({
  itemType,
  token,
  identifierOrCriteria: id,
  startAmount: amount,
  endAmount: amount,
});

/** Two signed orders that meet, submitted by a third; money goes from wallet to wallet at once, which spares the escrow. */
export const measureSeaport = async (lab: Lab, contracts: Contracts): Promise<[PeerKey, number][]> => {
  const { maker, taker, other, deploy, call } = lab;
  const controller = await deploy(contracts("ConduitController"));
  const seaport = await deploy(contracts("Seaport"), [controller.address]);
  const token = await deploy(contracts("OpenZeppelinToken"));
  const thing = await deploy(contracts("PeerCollectible"));
  await call(maker, token, "transfer", [taker.address, MANY]);
  await call(taker, token, "approve", [seaport.address, MANY]);
  await call(maker, thing, "setApprovalForAll", [seaport.address, true]);
  for (let id = 1n; id <= 8n; id += 1n) await call(maker, thing, "mint", [id]);

  const signed = await signer(lab, seaport);
  const match = async (ids: readonly bigint[]): Promise<number> => {
    const orders = [];
    for (const id of ids) {
      const [goods, money] = [item(2, thing.address, id, 1n), item(1, token.address, 0n, PRICE)];
      orders.push(await signed(maker, goods, money), await signed(taker, money, goods));
    }
    const meeting = (orderIndex: number) => [{ orderIndex: BigInt(orderIndex), itemIndex: 0n }];
    const fulfillments = orders.map((_, index) => ({
      offerComponents: meeting(index),
      considerationComponents: meeting(index ^ 1),
    }));
    return call(other, seaport, "matchOrders", [orders, fulfillments]);
  };
  await match([1n]);
  const one = await match([2n]);
  const three = await match([3n, 4n, 5n]);

  const { parameters } = await signed(maker, item(2, thing.address, 6n, 1n), item(1, token.address, 0n, PRICE));
  await call(maker, seaport, "incrementCounter", []);
  const stale = { ...parameters, counter: 0n };
  return [
    ["seaport.match", one],
    ["seaport.matchFurther", Math.round((three - one) / 2)],
    ["seaport.cancel", await call(maker, seaport, "cancel", [[stale]])],
    ["seaport.bump", await call(maker, seaport, "incrementCounter", [])],
  ];
};

/** Makes orders of one item for another, signed. */
const signer = async ({ chain }: Lab, { address }: Deployed) => {
  const domain = { name: "Seaport", version: "1.6", chainId: chain.id, verifyingContract: address };
  const startTime = BigInt(await chain.now());
  let salt = 0n;
  return async ({ address: offerer, account }: Person, gives: Item, wants: Item) => {
    salt += 1n;
    const message = {
      offerer,
      zone: zeroAddress,
      offer: [gives],
      consideration: [{ ...wants, recipient: offerer }],
      orderType: 0,
      startTime,
      endTime: startTime + BigInt(YEAR),
      zoneHash: zeroHash,
      salt,
      conduitKey: zeroHash,
      counter: 0n,
    };
    const signature = await account.signTypedData({ domain, types, primaryType: "OrderComponents", message });
    return { parameters: { ...message, totalOriginalConsiderationItems: 1n }, signature };
  };
};
