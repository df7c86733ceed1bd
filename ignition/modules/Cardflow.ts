import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { parseEther, zeroAddress } from "viem";
import { MODELS, REGIONS } from "../catalogue.ts";
import { ADMIN, PERMISSIONS, ROLES, selectorOf } from "../roles.ts";

type Builder = Parameters<Parameters<typeof buildModule>[1]>[0];
type Contract = Parameters<Builder["call"]>[0];
type Call = ReturnType<Builder["call"]>;
type Source = { feed: string; heartbeat: number; thresholdBps: number; minPrice: number; maxPrice: number };

/**
 * The whole system on one chain: deployed, wired while the deployer is still admin, then handed over as code. When the last call has
 * been mined the deployer holds no role.
 */
export default buildModule("Cardflow", (m) => {
  const deployer = m.getAccount(0);
  const treasury = m.getParameter<string>("treasury");
  const timelock = m.getParameter<string>("timelock");
  const guardian = m.getParameter<string>("guardian");
  const verifier = m.getParameter<string>("verifier");

  const manager = m.contract("AccessManager", [deployer]);
  const token = m.contract("ComputeToken", [manager, treasury, m.getParameter("seed", parseEther("30000000"))]);
  const dollar = m.contract("ComputeDollar", [manager]);
  const oracle = m.contract("PriceOracle", [
    {
      authority: manager,
      primary: m.getParameter<Source>("primarySource"),
      second: m.getParameter<Source>("secondSource"),
      initialSlow: m.getParameter<bigint>("initialSlowPrice"),
      sequencer: m.getParameter("sequencerFeed", zeroAddress),
    },
  ]);
  const minter = m.contract("DollarMinter", [
    manager,
    token,
    dollar,
    oracle,
    treasury,
    {
      feeBps: m.getParameter("dollarFeeBps", 50),
      gateBps: m.getParameter("gateBps", 12_000),
      ceilingBps: m.getParameter("ceilingBps", 1000),
      openMintBps: m.getParameter("openMintBps", 250),
      leaseMintBps: m.getParameter("leaseMintBps", 250),
      openLaneBps: m.getParameter("openLaneBps", 200),
      earnedLaneBps: m.getParameter("earnedLaneBps", 100),
      hardCeiling: m.getParameter("hardCeiling", 50_000_000),
    },
  ]);
  const registry = m.contract("CardRegistry", [manager]);
  const supplierStaking = m.contract("SupplierStaking", [manager, token, oracle, registry, minter]);
  const ledger = m.contract("LeaseLedger", [manager, dollar, registry, supplierStaking]);
  const renterStaking = m.contract("RenterStaking", [token, oracle, ledger]);
  const market = m.contract("RentalMarket", [
    manager,
    minter,
    registry,
    supplierStaking,
    ledger,
    {
      feeBps: m.getParameter("feeBps", 500),
      tokenFeeBps: m.getParameter("tokenFeeBps", 200),
      longestMinDuration: m.getParameter("longestMinDuration", 3600),
    },
  ]);
  const shareFactory = m.contract("RevenueShareFactory", [manager, registry, supplierStaking, ledger, token]);

  const wired = [
    m.call(token, "setMinter", [minter]),
    m.call(dollar, "setMinter", [minter]),
    m.call(minter, "setMarket", [market]),
    m.call(minter, "setLedger", [ledger]),
    m.call(registry, "setLedger", [ledger]),
    m.call(registry, "setEncumbrancer", [shareFactory, true]),
    m.call(supplierStaking, "setLedger", [ledger]),
    m.call(ledger, "setMarket", [market]),
    m.call(ledger, "setMinter", [minter]),
    m.call(ledger, "setRenterStaking", [renterStaking]),
    m.call(supplierStaking, "refreshPrice", []),
    ...MODELS.map((model) =>
      m.call(
        registry,
        "setModel",
        [
          model.id,
          model.name,
          model.memoryMiB,
          parseEther(`${model.referenceDollars}`),
          parseEther(`${model.minimumBondDollars}`),
        ],
        { id: `setModel_${model.id}` },
      ),
    ),
    ...REGIONS.map((region) =>
      m.call(registry, "setRegion", [region.id, region.name], { id: `setRegion_${region.id}` }),
    ),
  ];

  const contracts = {
    ComputeToken: token,
    ComputeDollar: dollar,
    PriceOracle: oracle,
    DollarMinter: minter,
    CardRegistry: registry,
    SupplierStaking: supplierStaking,
    LeaseLedger: ledger,
    RentalMarket: market,
    RevenueShareFactory: shareFactory,
  };
  const holders = { timelock, guardian, verifier };
  handOver(m, manager, contracts, holders, wired);

  return {
    manager,
    token,
    dollar,
    oracle,
    minter,
    registry,
    supplierStaking,
    renterStaking,
    ledger,
    market,
    shareFactory,
  };
});

/** Gives every restricted function to its role, every role to its holder, and takes the deployer's rights away last. */
function handOver(
  m: Builder,
  manager: Contract,
  contracts: Record<keyof typeof PERMISSIONS, Contract>,
  holders: Record<string, ReturnType<Builder["getParameter"]>>,
  wired: Call[],
): void {
  const given: Call[] = [];
  for (const [name, permissions] of Object.entries(PERMISSIONS)) {
    const target = contracts[name as keyof typeof PERMISSIONS];
    for (const [role, { id }] of Object.entries(ROLES)) {
      const selectors = Object.entries(permissions).flatMap(([signature, owner]) =>
        owner === role ? [selectorOf(signature)] : [],
      );
      if (selectors.length === 0) continue;
      const call = m.call(manager, "setTargetFunctionRole", [target, selectors, id], {
        id: `permit_${name}_${role}`,
        after: wired,
      });
      given.push(call);
    }
  }
  for (const [role, { id, holder, delay }] of Object.entries(ROLES)) {
    given.push(
      m.call(manager, "grantRole", [id, holders[holder] ?? zeroAddress, delay], { id: `grant_${role}`, after: wired }),
    );
  }
  const admin = m.call(manager, "grantRole", [ADMIN.id, holders[ADMIN.holder] ?? zeroAddress, ADMIN.delay], {
    id: "grant_admin",
    after: given,
  });
  m.call(manager, "renounceRole", [ADMIN.id, m.getAccount(0)], { id: "renounce_admin", after: [admin] });
}
