/** A peer's job: `published` is what others measured of it; those without a figure of ours do not install from the registry. */
export type Known = { readonly name: string; readonly published?: number };

/** What peers are called, and what is published of those that do not install from the registry. */
export const PEERS_KNOWN = {
  "solady.transfer": { name: "solady ERC20" },
  "solmate.transfer": { name: "solmate ERC20" },
  "openzeppelin.transfer": { name: "OpenZeppelin ERC20" },
  "openzeppelin.votesTransfer": { name: "OpenZeppelin ERC20Votes, both delegated" },
  "openzeppelin.depositFirst": { name: "OpenZeppelin ERC4626 deposit, first" },
  "openzeppelin.deposit": { name: "OpenZeppelin ERC4626 deposit" },
  "openzeppelin.withdraw": { name: "OpenZeppelin ERC4626 withdraw" },
  "solady.deposit": { name: "solady ERC4626 deposit" },
  "solmate.deposit": { name: "solmate ERC4626 deposit" },
  "openzeppelin.clone": { name: "clone with ERC20Permit alone" },
  "openzeppelin.token": { name: "full ERC20Permit, deployed" },
  "seaport.match": { name: "Seaport two-sided match, no escrow" },
  "seaport.matchFurther": { name: "Seaport, each further pair" },
  "seaport.cancel": { name: "Seaport cancel" },
  "seaport.bump": { name: "Seaport incrementCounter" },
  "sablier.flowCreate": { name: "Sablier Flow create and deposit" },
  "sablier.flowDeposit": { name: "Sablier Flow deposit" },
  "sablier.flowWithdraw": { name: "Sablier Flow withdraw" },
  "sablier.lockupCancel": { name: "Sablier Lockup cancel" },
  "maker.psm": { name: "Maker PSM, no oracle", published: 149_321 },
  "livepeer.unbond": { name: "Livepeer unbond", published: 446_267 },
  "iexec.matchFirst": { name: "iExec PoCo match", published: 625_911 },
  "splits.distribute": { name: "0xSplits two-way payout", published: 67_880 },
  "erc7641.transfer": { name: "ERC-7641 reference transfer", published: 46_613 },
  "erc7641.claim": { name: "ERC-7641 reference claim", published: 75_289 },
} as const satisfies Record<string, Known>;

export type PeerKey = keyof typeof PEERS_KNOWN;

export const peerKeys = Object.keys(PEERS_KNOWN) as readonly PeerKey[];

/** Gas by what peers do. */
export type PeerGas = ReadonlyMap<PeerKey, number>;

/** The published figure of a peer, if there is one. */
export const publishedGas = (key: PeerKey): number | undefined => {
  const known: Known = PEERS_KNOWN[key];
  return known.published;
};
