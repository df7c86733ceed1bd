// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IComputeDollar} from "./IComputeDollar.sol";
import {IComputeToken} from "./IComputeToken.sol";
import {IPriceOracle} from "./IPriceOracle.sol";

/// @title What the minter asks of the ledger about earnings
/// @notice The ledger counts what an account was credited or claimed as node, owner or holder.
interface IEarnings {
    /// @notice Lowers the earned amount of `account` by `amount` (wei of cfUSD). Only the minter. Reverts above it.
    function spendEarned(address account, uint256 amount) external;
    /// @notice What `account` has earned and not spent (wei of cfUSD).
    function earnedOf(address account) external view returns (uint256);
}

/// @title What the minter asks of the ledger about protocol fees
interface IFeeSource {
    /// @notice Sends all gathered protocol fees to the caller, who must be the minter, and says how much (wei of cfUSD).
    function takeFees() external returns (uint256);
}

/// @title Burns CARD to mint cfUSD, and burns cfUSD to re-mint CARD out of a bounded credit
/// @notice R is the re-mint credit in CARD: the genesis seed, and everything burned here, less what was re-minted. C is the
/// supply of cfUSD. Backing is R * min(low, slow price) / C.
///
/// States, the first that applies, lower bounds inclusive, by what is true before the call:
///   Blind   a price source fails           mint halted; redemption opens after 24 h of Blind, at 5 %, quarter lanes
///   Skew    the sources are > 5 % apart    mint halted; redemption open
///   Red     backing < 1                    mint halted; redemption open
///   Orange  backing < gate                 mint halted; redemption open
///   Yellow  backing < gate + 0.30          mint dearer (up to 3 %) and less of it (down to a quarter); redemption open
///   Green   else, and where C = 0          open
/// @dev Keeps I2 (R = seed + burned + recapitalised + slashed - re-minted), I3 (R'C >= RC' by redeem, fee burn, recapitalise), I4
/// (no mint leaves backing below the gate), I5 (no bucket passes its capacity nor refills faster than its rate) and I6 (mint and
/// redeem at unchanged prices never profit). Assumes that the token and the dollar are the ones of this project (no hooks)
/// and that the ledger and the market are trusted. Amounts are wei with 18 decimals, fractions are 1e18 = 100 %, times are
/// seconds. What leaves is rounded down, what comes in up. Nothing is ever read from a balance.
interface IDollarMinter {
    /* TYPES */

    /// @notice State of the dollar; see above.
    enum State {
        Green,
        Yellow,
        Orange,
        Red,
        Skew,
        Blind
    }

    /// @notice Lanes of redemption: the open one, and the one for those who earned.
    enum Lane {
        Open,
        Earned
    }

    /// @notice Why a mint would be refused; `None` if it would not.
    enum MintRefusal {
        None,
        Paused,
        Blind,
        Skew,
        Red,
        Orange,
        BelowMinimum,
        AboveCeiling,
        BelowGate,
        BucketEmpty
    }

    /// @notice Why a redemption would be refused; `None` if it would not.
    enum RedeemRefusal {
        None,
        Paused,
        BelowMinimum,
        AboveSupply,
        BlindNotRecorded,
        BlindTooShort,
        NothingOut,
        LaneEmpty,
        LedgerUnset,
        EarnedTooLow
    }

    /// @notice What governance can set, inside the hard bounds given here.
    struct Parameters {
        // 18 bytes
        uint16 feeBps; // dollar fee: 25 - 200
        uint16 gateBps; // least backing after a mint: 11 000 - 20 000
        uint16 ceilingBps; // ceiling as part of CARD's market cap: 100 - 1500
        uint16 openMintBps; // open mint bucket as part of the ceiling per 24 h; both together 100 - 1000
        uint16 leaseMintBps; // the leases' mint bucket, likewise
        uint16 openLaneBps; // open redemption lane as part of CARD's supply per 24 h: >= 100; both together 100 - 500
        uint16 earnedLaneBps; // the earners' lane, likewise
        uint32 hardCeiling; // ceiling in whole cfUSD, at most 3 000 000 000
    }

    /// @notice A bucket now: what may be taken (wei) and its capacity per 24 h (wei).
    struct Bucket {
        uint256 room;
        uint256 capacity;
    }

    /// @notice Everything about the dollar at one look. Derived by the code that the calls run.
    struct Status {
        State state;
        bool mintHalted; // paused, or halted by the state
        bool redeemPaused;
        uint40 mintPausedUntil; // 0 if never paused
        uint40 redeemPausedUntil; // 0 if never paused
        uint256 backing; // 1e18 = 100 %; max uint256 if there is no cfUSD; 0 in Blind
        uint256 credit; // R, in CARD
        uint256 supply; // C, in cfUSD
        uint256 ceiling; // of C, by what is true now
        uint256 mintFee; // fraction charged by a mint now
        uint256 redeemFee; // fraction charged by a redemption now, before the open lane's base rate; in Blind all that is charged
        uint256 baseRate; // the open lane's, decayed to now; a redemption adds to it and, but in Blind, pays the sum
        Bucket openMint; // in cfUSD
        Bucket leaseMint; // in cfUSD
        Bucket openLane; // in CARD
        Bucket earnedLane; // in CARD
        IPriceOracle.Reading price;
    }

    /* ERRORS */

    /// @notice The caller's deadline has passed.
    error DeadlinePassed(uint40 deadline, uint40 nowSeconds);
    /// @notice Only the stored market and the ledger may mint for leases.
    error CallerNotMarketOrLedger(address caller);
    /// @notice The amount out is below what the caller accepts.
    error OutputTooSmall(uint256 out, uint256 minOut);
    /// @notice The amount in is above what the caller accepts.
    error InputTooLarge(uint256 tokenIn, uint256 maxIn);

    /// @notice Blind: a price source fails. `since` is when a poke recorded it, 0 if nobody has poked.
    error MintHaltedInBlind(uint40 since);
    /// @notice Skew: the sources are more than 5 % apart.
    error MintHaltedInSkew(uint256 low, uint256 high);
    /// @notice Red: backing is below 1.
    error MintHaltedInRed(uint256 backing);
    /// @notice Orange: backing is below the gate.
    error MintHaltedInOrange(uint256 backing, uint256 gate);
    /// @notice Less than 1 cfUSD would be minted.
    error MintBelowMinimum(uint256 out, uint256 minimum);
    /// @notice The supply of cfUSD would pass the ceiling.
    error CeilingExceeded(uint256 supplyAfter, uint256 ceiling);
    /// @notice Backing after the mint would be below the gate.
    error GateBroken(uint256 backingAfter, uint256 gate);
    /// @notice The buckets that this mint may use have `room` left.
    error MintBucketEmpty(uint256 out, uint256 room);

    /// @notice Less than 1 cfUSD would be burned.
    error RedeemBelowMinimum(uint256 dollarIn, uint256 minimum);
    /// @notice More cfUSD than exist.
    error RedeemAboveSupply(uint256 dollarIn, uint256 supply);
    /// @notice Blind, and nobody has poked the oracle since it began; `blindSeconds` of earlier Blind count, `needed` are needed.
    error BlindNotRecorded(uint40 blindSeconds, uint40 needed);
    /// @notice Blind since `since`, with `blindSeconds` of Blind that count so far; redemption opens at `needed` seconds.
    error BlindTooShort(uint40 since, uint40 blindSeconds, uint40 needed);
    /// @notice Nothing would be paid out, because there is no credit left or the amount rounds to zero.
    error RedeemOutputZero(uint256 dollarIn, uint256 credit);
    /// @notice The lane has `room` left, in CARD.
    error LaneEmpty(Lane lane, uint256 out, uint256 room);
    /// @notice The earners' lane and the fees need a ledger, and none is set.
    error LedgerUnset();
    /// @notice More than the account has earned.
    error EarnedTooLow(address account, uint256 dollarIn, uint256 earned);

    /// @notice Nothing to recapitalise with.
    error RecapitalisationZero(address caller);
    /// @notice There are no fees to burn.
    error FeesZero(address ledger);

    /// @notice A parameter is outside its hard bounds; `name` is its name, for sums "mintBps" and "laneBps".
    error ParameterOutOfRange(bytes32 name, uint256 value, uint256 least, uint256 most);
    /// @notice The ledger is set once.
    error LedgerAlreadySet(address ledger);
    /// @notice An address that is needed is zero; `name` is its name.
    error MinterAddressZero(bytes32 name);

    /* EVENTS */

    /// @notice The credit at deployment: what genesis burned.
    event CreditSeeded(uint256 credit);
    /// @notice `payer` burned `tokenIn` CARD and `to` got `out` cfUSD; `leasePart` of it used the leases' bucket and the rest
    /// the open one. `fee` is the fraction charged, `credit` R after it.
    event DollarsMinted(
        address indexed payer,
        address indexed to,
        uint256 tokenIn,
        uint256 out,
        uint256 leasePart,
        uint256 fee,
        uint256 credit
    );
    /// @notice `account` burned `dollarIn` cfUSD and `to` got `out` CARD. `charge` is the fraction charged, `credit` R after it.
    event DollarsRedeemed(
        address indexed account,
        address indexed to,
        Lane indexed lane,
        uint256 dollarIn,
        uint256 out,
        uint256 charge,
        uint256 credit
    );
    /// @notice `account` burned `amount` CARD into the credit, which is `credit` after it.
    event CreditRecapitalised(address indexed account, uint256 amount, uint256 credit);
    /// @notice Of the gathered protocol fees `burned` cfUSD were burned and `paid` went to the treasury.
    event FeesBurned(State indexed state, uint256 burned, uint256 paid);
    /// @notice The parameters were set.
    event ParametersChanged(Parameters parameters);
    /// @notice The market that may mint into leases was changed; zero revokes.
    event MarketChanged(address indexed previous, address indexed current);
    /// @notice The ledger was set, once.
    event LedgerSet(address indexed ledger);

    /* VIEWS */

    /// @notice CARD.
    function token() external view returns (IComputeToken);
    /// @notice cfUSD.
    function dollar() external view returns (IComputeDollar);
    /// @notice The price oracle.
    function oracle() external view returns (IPriceOracle);
    /// @notice Receiver of the fees that are not burned.
    function treasury() external view returns (address);
    /// @notice The market that may mint into leases; zero if none.
    function market() external view returns (address);
    /// @notice The ledger of earnings and fees, which mints into leases that it extends; zero until set.
    function ledger() external view returns (address);
    /// @notice The parameters.
    function parameters() external view returns (Parameters memory);
    /// @notice R: what may be re-minted, in CARD.
    function credit() external view returns (uint256);
    /// @notice Everything at one look, by the code that the calls run.
    function status() external view returns (Status memory);
    /// @notice True while the mint is paused or its state (Blind, Skew, Red, Orange) halts it.
    function mintHalted() external view returns (bool);
    /// @notice What `mint` would give for `tokenIn` now, or why it would be refused (then `out` is 0).
    function quoteMint(uint128 tokenIn) external view returns (MintRefusal refusal, uint256 out);
    /// @notice What `mintExact` would burn for `out` now, or why it would be refused (then `tokenIn` is 0).
    function quoteMintExact(uint128 out) external view returns (MintRefusal refusal, uint256 tokenIn);
    /// @notice What `mintForLease` would burn for `out` now, or why it would be refused (then `tokenIn` is 0).
    function quoteLeaseMint(uint128 out) external view returns (MintRefusal refusal, uint256 tokenIn);
    /// @notice What a redemption by `account` in `lane` would give now, or why it would be refused (then `out` is 0). The
    /// account's balance of cfUSD is not looked at.
    function quoteRedeem(
        uint128 dollarIn,
        Lane lane,
        address account
    ) external view returns (RedeemRefusal refusal, uint256 out);

    /* HOLDER */

    /// @notice Burns `tokenIn` of the caller's CARD and mints floor(tokenIn * pM * (1 - fee)) cfUSD to `to`, where pM =
    /// min(low, 1.25 * slow price). Reverts with the error of the `MintRefusal` that applies, with `EntryPaused`,
    /// `DeadlinePassed`, `OutputTooSmall`, the oracle's `OracleGasTooLow`, or the tokens' errors if CARD is short or `to` is zero.
    /// @param tokenIn CARD to burn (wei)
    /// @param minOut least cfUSD accepted (wei)
    /// @param to receiver of the cfUSD
    /// @param deadline last second at which the call may run
    /// @return out cfUSD minted (wei)
    function mint(uint128 tokenIn, uint128 minOut, address to, uint40 deadline) external returns (uint128 out);

    /// @notice Mints exactly `out` cfUSD to `to` for the least CARD of the caller's that gives it. Reverts like `mint`, with
    /// `InputTooLarge` above `maxIn`.
    /// @return tokenIn CARD burned (wei)
    function mintExact(uint128 out, uint128 maxIn, address to, uint40 deadline) external returns (uint128 tokenIn);

    /// @notice Burns `dollarIn` of the caller's cfUSD and mints min(par, pro) CARD to `to` in the open lane: par = floor(dollarIn
    /// * (1 - charge) / high), pro = floor(dollarIn * R / C). The charge is the fee and the base rate that this call raises, and
    /// 5 % in Blind. Reverts with the error of the `RedeemRefusal` that applies, with `EntryPaused`, `DeadlinePassed`,
    /// `OutputTooSmall`, the oracle's `OracleGasTooLow`, or the tokens' errors if cfUSD is short or `to` is zero.
    /// @param dollarIn cfUSD to burn (wei), at least 1e18
    /// @param minOut least CARD accepted (wei)
    /// @param to receiver of the CARD
    /// @param deadline last second at which the call may run
    /// @return out CARD minted (wei)
    function redeem(uint128 dollarIn, uint128 minOut, address to, uint40 deadline) external returns (uint128 out);

    /// @notice Like `redeem`, in the earners' lane: without base rate, for at most what the caller has earned, which is lowered.
    function redeemEarned(uint128 dollarIn, uint128 minOut, address to, uint40 deadline) external returns (uint128 out);

    /* MARKET AND LEDGER */

    /// @notice Mints exactly `out` cfUSD to `to` for the least CARD of `payer` that gives it, taken by the payer's ERC-20
    /// allowance to this contract. Uses the leases' bucket first and the open one for the rest. Only the market and the ledger,
    /// which extends leases. Reverts like `mintExact`, with `CallerNotMarketOrLedger`, or the token's error if the allowance is
    /// short.
    /// @return tokenIn CARD burned (wei)
    function mintForLease(address payer, uint128 out, uint128 maxIn, address to) external returns (uint128 tokenIn);

    /* ANYONE */

    /// @notice Burns `amount` of the caller's CARD into the credit and mints nothing. Never paused. Reverts with
    /// `RecapitalisationZero`, or the token's error if CARD is short.
    function recapitalise(uint128 amount) external;

    /// @notice Takes the gathered protocol fees from the ledger, burns the state's part (Green 20 %, Yellow 50 %, else all; in Skew
    /// by what the backing alone says) and pays the rest to the treasury. Never paused. Reverts with `LedgerUnset` or `FeesZero`.
    /// @return burned cfUSD burned (wei)
    /// @return paid cfUSD paid to the treasury (wei)
    function burnFees() external returns (uint256 burned, uint256 paid);

    /* GUARDIAN */

    /// @notice Closes every mint until `until` (seconds), at most 7 days ahead. Restricted. Reverts with `PauseTooSoon` or
    /// `PauseEndOutOfRange`.
    function pauseMint(uint40 until) external;
    /// @notice Closes redemption until `until` (seconds), at most 72 hours ahead. Restricted. Reverts like `pauseMint`.
    function pauseRedeem(uint40 until) external;

    /* GOVERNANCE */

    /// @notice Sets the parameters inside their hard bounds. Restricted. Reverts with `ParameterOutOfRange`.
    function setParameters(Parameters calldata newParameters) external;
    /// @notice Sets the market that may mint into leases; zero revokes. Restricted.
    function setMarket(address newMarket) external;
    /// @notice Sets the ledger, once. Restricted. Reverts with `LedgerAlreadySet` or `MinterAddressZero`.
    function setLedger(address newLedger) external;
}
