// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Leases, balances, escrow and the split of rent by the second
/// @notice Holds all rent. A lease is paid in advance into escrow and earns by the second, in closed form: nothing has to be
/// poked, and n collections equal one. Rates are cfUSD-wei per second, so rent for whole seconds is exact.
///
/// Per lease, fixed at its start: `gross = floor(ask · m / 1000)`, `fee = floor(gross · feeBps / 10 000)`,
/// `node = floor((gross − fee) / 10)`, `holders = gross − fee − node`.
/// @dev Revenue of a card is counted per *number*: even numbers are periods in which the owner holds the cash flow, odd ones
/// those of a share or a bond.
interface ILeaseLedger {
    /* TYPES */

    /// @notice Why a card was not taken. `None` means that it was, or would be.
    enum LegRefusal {
        None,
        CardOutOfOrder, // legs go by ascending card id, so that no card is taken twice
        AskSignatureInvalid,
        AskCounterOld,
        AskCancelled,
        AskExpired,
        AskNotOpenYet, // the renter's tier is below the ask's priority tier
        AskDurationsInvalid, // minDuration in whole minutes from 10 minutes, maxDuration in whole hours up to 366 days
        CardNotVerified,
        CardEpochOld,
        OperatorNotOfCard,
        ModelNotAccepted,
        RegionNotAccepted,
        RateAboveBid,
        RateBelowFloor,
        ThousandthsBelowAsk,
        DurationBelowAsk,
        DurationAboveAsk,
        DurationAboveOwnerLimit,
        TermEndPassed,
        HostDiffers,
        BondBelowMinimum,
        BondTooSmall,
        CardFull, // eight leases run
        ThousandthsNotFree,
        RateZero,
        RevenueTooHigh, // the revenue of one number could pass 2^95
        QuantityReached
    }

    /// @notice What a market asks the ledger to open.
    struct Opening {
        uint256 cardId;
        address renter;
        address operator;
        uint64 ratePerSecond; // of the whole card
        uint16 thousandths; // asked, 1 to 1000
        uint32 duration; // seconds
        uint16 minMinutes; // minimum billing
        uint16 maxHours; // longest lease counted from its start
        uint16 feeBps; // protocol fee before what the renter's tier takes off
        bool paidInToken;
        bool termOver; // a term has ended by time: a match frees the card before it opens, a preview counts as if it had
        uint256 coveredRate; // highest sum of gross rates of this operator on the card that its bond covers
        bytes32 accessKeyHash; // hash of the key that may use the card, for the node; not kept
    }

    /// @notice What a lease was, or would be, opened as.
    struct Opened {
        uint256 leaseId;
        uint64 rate; // gross, of this lease
        uint16 thousandths; // held and paid for
        uint16 feeBps; // protocol fee, less 5 % of it for each of the renter's tiers, rounded down
        uint256 escrow; // rate · duration
    }

    struct Lease {
        uint256 cardId;
        address renter;
        address operator;
        uint64 rate; // gross, cfUSD-wei per second
        uint64 feeRate;
        uint64 nodeRate;
        uint64 holdersRate;
        uint16 thousandths;
        uint16 feeBps;
        bool paidInToken;
        uint40 start; // seconds
        uint40 end; // seconds; over from this second on
        uint32 minDuration; // seconds
        uint32 maxDuration; // seconds
    }

    /// @notice Why rent could not be paid. `None` means that it can be.
    enum PaymentRefusal {
        None,
        FundsTooLow, // cfUSD of balance and wallet together, or CARD of the wallet
        TokenMintRefused, // the minter refuses; its status says why
        TokenCostTooHigh // above the most that the payer burns
    }

    struct Account {
        uint128 balance; // cfUSD-wei, free to withdraw or to rent with
        uint128 earned; // cfUSD-wei credited or claimed as node, owner or holder, less what was redeemed as earnings
    }

    /// @notice Why an account was credited.
    enum Credit {
        Deposit,
        Node,
        Owner,
        MatcherFee
    }

    /// @notice How a payer brings money from its wallet besides an allowance.
    enum FundingKind {
        Permit, // ERC-2612 permit for the ledger (or, for CARD, for the minter)
        Authorization // ERC-3009 receiveWithAuthorization to the ledger; the whole value becomes the payer's balance
    }

    /// @notice ABI-encoded into the `funding` bytes of a call; empty bytes mean balance and allowance only.
    struct Funding {
        FundingKind kind;
        uint256 value;
        uint256 validAfter; // Authorization only, seconds
        uint256 validBefore; // seconds; the deadline of a permit
        bytes32 nonce; // Authorization only
        bytes signature; // 65 bytes; for an Authorization also of a contract account
    }

    /* ERRORS */

    /// @notice Only the stored market may open and charge.
    error LedgerCallerNotMarket(address caller);
    /// @notice Only the stored minter may take fees and lower what was earned.
    error LedgerCallerNotMinter(address caller);
    /// @notice Only the stored renter staking may set tiers.
    error LedgerCallerNotRenterStaking(address caller);
    /// @notice Only the card registry may checkpoint.
    error LedgerCallerNotRegistry(address caller);
    /// @notice Only the payee of the number may pay its revenue; `holder` is zero where it has none.
    error LedgerCallerNotHolder(uint256 cardId, uint16 number, address holder, address caller);
    /// @notice The account's balance is `balance` (cfUSD-wei).
    error LedgerBalanceTooLow(address account, uint256 balance, uint256 needed);
    /// @notice The account has earned `earned` (cfUSD-wei) that it has not redeemed.
    error LedgerEarnedTooLow(address account, uint256 earned, uint256 needed);
    /// @notice Nothing to deposit or to withdraw.
    error LedgerAmountZero();
    /// @notice The account to credit or to pay is zero.
    error LedgerAccountZero();
    /// @notice Not the account's signature over this withdrawal and its next nonce.
    error LedgerSignatureInvalid(address account);
    /// @notice The deadline (seconds, inclusive) has passed.
    error LedgerSignatureExpired(uint256 deadline);
    /// @notice The renter staking is set once: `current` keeps the tiers.
    error LedgerRenterStakingAlreadySet(address current);
    /// @notice The renter staking cannot be the zero address.
    error LedgerRenterStakingZero();
    /// @notice No lease of this id runs now.
    error LeaseNotRunning(uint256 leaseId);
    /// @notice Only the lease's renter and its operator may stop it.
    error LeaseCallerNotParty(uint256 leaseId, address caller);
    /// @notice An extension is at least `least` seconds long.
    error ExtensionTooShort(uint32 added, uint32 least);
    /// @notice The lease cannot last longer, for this reason.
    error ExtensionRefused(uint256 leaseId, LegRefusal refusal);
    /// @notice Of the number's revenue `available` (cfUSD-wei) is not paid yet.
    error RevenueOverdrawn(uint256 cardId, uint16 number, uint256 available, uint256 asked);

    /* EVENTS */

    /// @notice A lease runs until `end` (seconds) at `rate` (gross, cfUSD-wei per second); its first second and its place are in
    /// the id. `minMinutes` is its minimum billing, `maxHours` its longest duration with all extensions.
    event LeaseStarted(
        uint256 indexed leaseId,
        uint256 indexed cardId,
        address indexed renter,
        address operator,
        uint64 rate,
        uint16 thousandths,
        uint16 feeBps,
        bool paidInToken,
        uint40 end,
        uint16 minMinutes,
        uint16 maxHours,
        bytes32 accessKeyHash
    );
    /// @notice The lease ends at `end` (seconds) now; `payer` paid `paid` (cfUSD-wei) more into its escrow, of which `fromWallet`
    /// and `minted` are what `AccountCharged` says of them.
    event LeaseExtended(
        uint256 indexed leaseId,
        uint40 end,
        address indexed payer,
        uint256 paid,
        uint256 fromWallet,
        uint256 minted
    );
    /// @notice The lease ends at `end` (seconds); `refund` (cfUSD-wei) went to the renter's balance and `penalty` (CARD-wei) from
    /// the operator's bond to its wallet.
    event LeaseStopped(uint256 indexed leaseId, address indexed by, uint40 end, uint256 refund, uint256 penalty);
    /// @notice `amount` (cfUSD-wei) was added to the balance, and to what was earned where the reason is `Node` or `Owner`.
    event AccountCredited(address indexed account, uint256 indexed cardId, Credit indexed reason, uint256 amount);
    /// @notice `amount` (cfUSD-wei) was taken for leases that began: `fromWallet` of it came from the wallet and `minted` from CARD
    /// burned in the same call (what was minted beyond the need stays in the balance); the rest from the balance.
    event AccountCharged(address indexed account, uint256 amount, uint256 fromWallet, uint256 minted);
    /// @notice `amount` (cfUSD-wei) of the account's balance was paid to `to`.
    event BalanceWithdrawn(address indexed account, address indexed to, uint256 amount);
    /// @notice Fee and node shares of all the card's leases are paid up to `until` (seconds).
    event CardCollected(uint256 indexed cardId, uint40 until, uint256 fee);
    /// @notice `amount` of fee was gathered, and the nodes were paid, for leases of the card that were over when it was let again
    /// or checkpointed; their places are free.
    event FeesGathered(uint256 indexed cardId, uint256 amount);
    /// @notice The card's revenue goes to `holder` (zero: the owner) under `number`; `revenue` is the final one of the old number.
    event RevenueNumberChanged(uint256 indexed cardId, uint16 number, address indexed holder, uint256 revenue);
    /// @notice `amount` (cfUSD-wei) of the number's revenue was paid to the account's wallet, or else added to its balance;
    /// either way it was earned.
    event RevenueClaimed(
        uint256 indexed cardId,
        uint16 indexed number,
        address indexed account,
        uint256 amount,
        bool toWallet
    );
    /// @notice What the account has earned fell by `amount` (cfUSD-wei).
    event EarningsSpent(address indexed account, uint256 amount);
    /// @notice All gathered fees, `amount` (cfUSD-wei), went to the minter.
    event FeesTaken(address indexed minter, uint256 amount);
    /// @notice The market was named; zero revokes.
    event LedgerMarketSet(address indexed market);
    /// @notice The minter was named; zero revokes.
    event LedgerMinterSet(address indexed minter);
    /// @notice The contract that keeps renters' tiers was named, for good.
    event LedgerRenterStakingSet(address indexed renterStaking);

    /* VIEWS */

    /// @notice The lease, also after its end until its place is let again; zeros if its place holds another or none.
    function lease(uint256 leaseId) external view returns (Lease memory);

    /// @notice Whether a lease of this id runs at this second.
    function isRunning(uint256 leaseId) external view returns (bool);

    /// @notice Ids of the leases that run on a card now, at most eight.
    function runningLeases(uint256 cardId) external view returns (uint256[] memory);

    /// @notice Balance and earnings of an account, cfUSD-wei.
    function accountOf(address account) external view returns (Account memory);

    /// @notice What an account may still redeem as earnings, cfUSD-wei.
    function earnedOf(address account) external view returns (uint256);

    /// @notice Tier of a renter, 0 to 3, as its stake has earned it; it takes 5 % of the protocol fee off for each.
    function tierOf(address renter) external view returns (uint8);

    /// @notice The ledger's current revenue number of a card.
    function revenueNumber(uint256 cardId) external view returns (uint16);

    /// @notice Revenue of holders under a number, ever, as of this second; zero before the number has become the card's current one.
    /// @return cfUSD-wei, below 2^95
    function accruedRevenueOf(uint256 cardId, uint16 number) external view returns (uint256);

    /// @notice Payee and amount paid so far of an odd number.
    function holderOf(uint256 cardId, uint16 number) external view returns (address holder, uint256 paid);

    /// @notice What `collect` would credit now, cfUSD-wei; `owner` is zero while another holds the cash flow.
    function collectable(uint256 cardId) external view returns (uint256 fee, uint256 node, uint256 owner);

    /// @notice The contract that may open leases.
    function market() external view returns (address);

    /// @notice The contract that may take fees and lower earnings.
    function minter() external view returns (address);

    /// @notice The contract that sets tiers; zero until it is named.
    function renterStaking() external view returns (address);

    /// @notice Protocol fees gathered and not yet taken, cfUSD-wei.
    function gatheredFees() external view returns (uint256);

    /// @notice Whether and as what a lease would be opened now; the same code as `open`.
    function previewOpen(Opening calldata opening) external view returns (LegRefusal refusal, Opened memory opened);

    /// @notice What `extendBy` would do if sent by `payer` now, by the same code; permits are taken as given. Reverts with
    /// `ExtensionTooShort` or `LeaseNotRunning`.
    /// @return refusal what speaks against the lease lasting longer
    /// @return payment what speaks against the payment: `FundsTooLow` or `TokenMintRefused`
    /// @return paid cfUSD-wei that the lease gets
    /// @return tokenIn CARD-wei to burn for it; 0 where it is paid in cfUSD, or the minter refuses
    function previewExtend(
        uint256 leaseId,
        uint32 added,
        address payer
    ) external view returns (LegRefusal refusal, PaymentRefusal payment, uint256 paid, uint256 tokenIn);

    /// @notice Next nonce of an account's signed withdrawal.
    function nonces(address account) external view returns (uint256);

    /* RENTER */

    /// @notice Moves cfUSD of the caller into the balance of `account`. Reverts with `LedgerAmountZero`, `LedgerAccountZero`,
    /// `FundingUnusable`, `FundingMalformed`, or the token's error if allowance or money are short.
    /// @param amount cfUSD-wei
    /// @param funding empty, or an encoded `Funding` of the caller; what an authorisation brings beyond `amount` is the caller's
    function deposit(address account, uint256 amount, bytes calldata funding) external;

    /// @notice Ends a running lease. By the renter: at `min(end, max(now, start + minDuration))`; by its operator: now, and
    /// the renter is paid from the operator's bond. At least one second is paid. The unused escrow goes to the renter's balance.
    /// Never pausable. Reverts with `LeaseNotRunning` or `LeaseCallerNotParty`.
    /// @return end the new end in seconds
    /// @return refund cfUSD-wei credited to the renter
    function stop(uint256 leaseId) external returns (uint40 end, uint256 refund);

    /* ACCOUNT */

    /// @notice Pays `amount` (cfUSD-wei) from the caller's balance to `to`. Never pausable. Reverts with `LedgerAmountZero`,
    /// `LedgerAccountZero` or `LedgerBalanceTooLow`.
    function withdraw(uint256 amount, address to) external;

    /// @notice The same on behalf of `account` by its EIP-712 signature (ECDSA or ERC-1271) over its next nonce; anyone may pay
    /// the gas. Reverts with `LedgerSignatureExpired` or `LedgerSignatureInvalid` too.
    /// @param deadline seconds, inclusive
    function withdrawBySignature(
        address account,
        uint256 amount,
        address to,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /* ANYONE */

    /// @notice Credits fee, node and (while the owner holds the cash flow) owner of a card up to now. Never pausable; with
    /// nothing due it credits nothing.
    function collect(uint256 cardId) external;

    /// @notice The same for many cards.
    function collectMany(uint256[] calldata cardIds) external;

    /// @notice Lets a running lease end `added` seconds later (at least 60), paid by the caller; for another's lease that is a
    /// gift. One paid in CARD burns CARD of the caller again, through cfUSD's minter, or is paid in cfUSD while the mint is
    /// halted or cfUSD has no minter. Needs no market, and is never pausable. Reverts with `ExtensionTooShort`, `LeaseNotRunning`,
    /// `ExtensionRefused`, `FundingUnusable`, `FundingMalformed`, and the minter's or the tokens' errors if it cannot be paid.
    /// @param added seconds
    /// @param maxTokenIn most CARD-wei to burn for a lease paid in CARD
    /// @param funding empty, or an encoded `Funding` of the caller
    /// @return end the new end in seconds
    function extendBy(
        uint256 leaseId,
        uint32 added,
        uint256 maxTokenIn,
        bytes calldata funding
    ) external returns (uint40 end);

    /* MINTER */

    /// @notice Lowers what an account has earned when it redeems earnings. Only the minter. Reverts with `LedgerEarnedTooLow`
    /// above it.
    function spendEarned(address account, uint256 amount) external;

    /// @notice Sends all gathered protocol fees to the minter. Only the minter.
    /// @return amount cfUSD-wei
    function takeFees() external returns (uint256 amount);

    /* HOLDER OF THE CASH FLOW */

    /// @notice Pays `amount` (cfUSD-wei) of the revenue of a number to an account, to its wallet or its balance. Only the
    /// number's payee (`LedgerCallerNotHolder`), never above what is unpaid (`RevenueOverdrawn`).
    function payRevenue(uint256 cardId, uint16 number, bool toWallet, uint256 amount, address account) external;

    /* MARKET */

    /// @notice Opens a lease or says why not, without a revert. Only the market, which must `charge` its escrow in the same call.
    function open(Opening calldata opening) external returns (LegRefusal refusal, Opened memory opened);

    /// @notice Takes `amount` (cfUSD-wei) from the payer's balance and, for what is missing, from its wallet. Only the market.
    /// Reverts with `FundingUnusable`, `FundingMalformed`, or the token's error if allowance or money are short.
    /// @param minted cfUSD that was minted to this contract for the payer in the same call
    /// @param submitterFee part of `amount` that is credited to `submitter`
    /// @param funding empty, or an encoded `Funding` of the payer
    function charge(
        address payer,
        uint256 amount,
        uint256 minted,
        uint256 submitterFee,
        address submitter,
        bytes calldata funding
    ) external;

    /* GOVERNANCE */

    /// @notice Names the contract that may open leases and charge for them; zero revokes. Restricted.
    function setMarket(address market_) external;

    /// @notice Names the minter that may take gathered fees and lower what was earned; zero revokes. Restricted.
    function setMinter(address minter_) external;

    /// @notice Names the contract that sets tiers, once. Restricted. Reverts with `LedgerRenterStakingAlreadySet` or
    /// `LedgerRenterStakingZero`.
    function setRenterStaking(address renterStaking_) external;
}
