// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {TimedPause} from "../governance/TimedPause.sol";
import {IComputeDollar} from "../interfaces/IComputeDollar.sol";
import {IComputeToken} from "../interfaces/IComputeToken.sol";
import {IDollarMinter, IEarnings, IFeeSource} from "../interfaces/IDollarMinter.sol";
import {IPriceOracle} from "../interfaces/IPriceOracle.sol";
import {DollarPlans} from "./DollarPlans.sol";
import {DollarMath} from "./libraries/DollarMath.sol";

/// @title Burns CARD to mint cfUSD, and burns cfUSD to re-mint CARD out of a bounded credit
/// @notice See `IDollarMinter`. Keeps I2 to I6.
/// @dev Calls only the oracle, the two tokens and the ledger, all of this project; the oracle reads foreign feeds by static
/// calls, before the first write here. What a call does is planned in `DollarPlans`, which the views share, and carried out here.
contract DollarMinter is AccessManaged, DollarPlans {
    using SafeCast for uint256;
    using TimedPause for TimedPause.State;

    uint40 private constant LONGEST_MINT_PAUSE = 7 days;
    uint40 private constant LONGEST_REDEEM_PAUSE = 72 hours;

    address private immutable TREASURY;

    TimedPause.State private _mintPause;
    TimedPause.State private _redeemPause;
    address private _market;

    /// @param authority the AccessManager
    /// @param token_ CARD, with the seed burned
    /// @param dollar_ cfUSD
    /// @param oracle_ the price oracle
    /// @param treasury_ receiver of the fees that are not burned
    /// @param initial the first parameters
    constructor(
        address authority,
        IComputeToken token_,
        IComputeDollar dollar_,
        IPriceOracle oracle_,
        address treasury_,
        Parameters memory initial
    ) AccessManaged(authority) DollarPlans(token_, dollar_, oracle_) {
        require(treasury_ != address(0), MinterAddressZero("treasury"));
        TREASURY = treasury_;
        _storeParameters(initial);

        uint256 seed = token_.headroom();
        _vault.credit = seed.toUint96();
        _lanes[Lane.Open].rateClock = uint40(block.timestamp);
        emit CreditSeeded(seed);
    }

    /* VIEWS */

    /// @inheritdoc IDollarMinter
    function token() external view returns (IComputeToken) {
        return TOKEN;
    }

    /// @inheritdoc IDollarMinter
    function dollar() external view returns (IComputeDollar) {
        return DOLLAR;
    }

    /// @inheritdoc IDollarMinter
    function oracle() external view returns (IPriceOracle) {
        return ORACLE;
    }

    /// @inheritdoc IDollarMinter
    function treasury() external view returns (address) {
        return TREASURY;
    }

    /// @inheritdoc IDollarMinter
    function market() external view returns (address) {
        return _market;
    }

    /// @inheritdoc IDollarMinter
    function ledger() external view returns (address) {
        return _ledger;
    }

    /// @inheritdoc IDollarMinter
    function parameters() external view returns (Parameters memory) {
        Settings memory settings = _settings;
        return
            Parameters({
                feeBps: settings.feeBps,
                gateBps: settings.gateBps,
                ceilingBps: settings.ceilingBps,
                openMintBps: settings.openMintBps,
                leaseMintBps: settings.leaseMintBps,
                openLaneBps: settings.openLaneBps,
                earnedLaneBps: settings.earnedLaneBps,
                hardCeiling: settings.hardCeiling
            });
    }

    /// @inheritdoc IDollarMinter
    function credit() external view returns (uint256) {
        return _vault.credit;
    }

    /// @inheritdoc IDollarMinter
    function status() external view returns (Status memory now_) {
        Settings memory settings = _settings;
        Vault memory vault = _vault;
        DollarMath.Books memory books = _books(settings, vault, ORACLE.peek());
        DollarMath.Judgement memory judged = _judge(settings, books);

        now_.state = judged.state;
        now_.mintHalted = _haltOf(settings, judged) != MintRefusal.None;
        now_.redeemPaused = block.timestamp < settings.redeemPausedUntil;
        now_.mintPausedUntil = settings.mintPausedUntil;
        now_.redeemPausedUntil = settings.redeemPausedUntil;
        now_.backing = judged.backing;
        now_.credit = books.credit;
        now_.supply = books.supply;
        now_.ceiling = judged.ceiling;
        now_.mintFee = DollarMath.mintFee(books.fee, judged.yellow);
        now_.redeemFee = _isBlind(books) ? DollarMath.LARGEST_CHARGE : books.fee;
        (now_.baseRate, ) = _decayedRate(_lanes[Lane.Open]);
        now_.price = books.price;

        now_.openMint = _bucket(vault.openMintUsed, vault.openMintLast, _capacity(judged, settings.openMintBps));
        LeaseBucket memory lease = _leaseBucket;
        now_.leaseMint = _bucket(lease.used, lease.last, _capacity(judged, settings.leaseMintBps));
        LaneBucket memory lane = _lanes[Lane.Open];
        now_.openLane = _bucket(lane.used, lane.last, DollarMath.laneCapacity(books, settings.openLaneBps));
        lane = _lanes[Lane.Earned];
        now_.earnedLane = _bucket(lane.used, lane.last, DollarMath.laneCapacity(books, settings.earnedLaneBps));
    }

    /// @inheritdoc IDollarMinter
    function mintHalted() external view returns (bool) {
        Settings memory settings = _settings;
        DollarMath.Books memory books = _books(settings, _vault, ORACLE.peek());
        return _haltOf(settings, _judge(settings, books)) != MintRefusal.None;
    }

    /// @inheritdoc IDollarMinter
    function quoteMint(uint128 tokenIn) external view returns (MintRefusal refusal, uint256 out) {
        (refusal, , out) = _quoteMint({amount: tokenIn, exact: false, forLease: false});
    }

    /// @inheritdoc IDollarMinter
    function quoteMintExact(uint128 out) external view returns (MintRefusal refusal, uint256 tokenIn) {
        (refusal, tokenIn, ) = _quoteMint({amount: out, exact: true, forLease: false});
    }

    /// @inheritdoc IDollarMinter
    function quoteLeaseMint(uint128 out) external view returns (MintRefusal refusal, uint256 tokenIn) {
        (refusal, tokenIn, ) = _quoteMint({amount: out, exact: true, forLease: true});
    }

    /// @inheritdoc IDollarMinter
    function quoteRedeem(uint128 dollarIn, Lane lane, address account) external view returns (RedeemRefusal, uint256) {
        RedeemPlan memory plan = _planRedeem(ORACLE.peek(), dollarIn, lane, account);
        return (plan.refusal, plan.refusal == RedeemRefusal.None ? plan.out : 0);
    }

    /* HOLDER */

    /// @inheritdoc IDollarMinter
    function mint(uint128 tokenIn, uint128 minOut, address to, uint40 deadline) external returns (uint128 out) {
        _requireInTime(deadline);
        MintPlan memory plan = _planMintNow({amount: tokenIn, exact: false, forLease: false});
        require(plan.out >= minOut, OutputTooSmall(plan.out, minOut));
        _carryOutMint({plan: plan, payer: msg.sender, to: to, forLease: false});
        return plan.out.toUint128();
    }

    /// @inheritdoc IDollarMinter
    function mintExact(uint128 out, uint128 maxIn, address to, uint40 deadline) external returns (uint128) {
        _requireInTime(deadline);
        return _mintExact({payer: msg.sender, out: out, maxIn: maxIn, to: to, forLease: false});
    }

    /// @inheritdoc IDollarMinter
    function redeem(uint128 dollarIn, uint128 minOut, address to, uint40 deadline) external returns (uint128 out) {
        return _redeem(dollarIn, minOut, to, deadline, Lane.Open);
    }

    /// @inheritdoc IDollarMinter
    function redeemEarned(
        uint128 dollarIn,
        uint128 minOut,
        address to,
        uint40 deadline
    ) external returns (uint128 out) {
        return _redeem(dollarIn, minOut, to, deadline, Lane.Earned);
    }

    /* MARKET AND LEDGER */

    /// @inheritdoc IDollarMinter
    function mintForLease(address payer, uint128 out, uint128 maxIn, address to) external returns (uint128) {
        require(msg.sender == _market || msg.sender == _ledger, CallerNotMarketOrLedger(msg.sender));
        return _mintExact({payer: payer, out: out, maxIn: maxIn, to: to, forLease: true});
    }

    /* ANYONE */

    /// @inheritdoc IDollarMinter
    function recapitalise(uint128 amount) external {
        require(amount != 0, RecapitalisationZero(msg.sender));
        uint256 creditAfter = uint256(_vault.credit) + amount;
        _vault.credit = creditAfter.toUint96();
        emit CreditRecapitalised(msg.sender, amount, creditAfter);
        TOKEN.burnByMinter(msg.sender, amount);
    }

    /// @inheritdoc IDollarMinter
    function burnFees() external returns (uint256 burned, uint256 paid) {
        require(_ledger != address(0), LedgerUnset());
        Settings memory settings = _settings;
        DollarMath.Judgement memory judged = _judge(settings, _books(settings, _vault, ORACLE.peek()));
        uint256 fees = IFeeSource(_ledger).takeFees();
        require(fees != 0, FeesZero(_ledger));

        burned = DollarMath.burnPart(judged.state, judged.byBacking, fees);
        paid = fees - burned;
        emit FeesBurned(judged.state, burned, paid);
        DOLLAR.burn(address(this), burned);
        if (paid != 0) SafeERC20.safeTransfer(DOLLAR, TREASURY, paid);
    }

    /* GUARDIAN */

    /// @inheritdoc IDollarMinter
    function pauseMint(uint40 until) external restricted {
        _mintPause.begin(PAUSE_MINT, until, LONGEST_MINT_PAUSE);
        _settings.mintPausedUntil = until;
    }

    /// @inheritdoc IDollarMinter
    function pauseRedeem(uint40 until) external restricted {
        _redeemPause.begin(PAUSE_REDEEM, until, LONGEST_REDEEM_PAUSE);
        _settings.redeemPausedUntil = until;
    }

    /* GOVERNANCE */

    /// @inheritdoc IDollarMinter
    function setParameters(Parameters calldata newParameters) external restricted {
        _storeParameters(newParameters);
    }

    /// @inheritdoc IDollarMinter
    function setMarket(address newMarket) external restricted {
        emit MarketChanged(_market, newMarket);
        _market = newMarket;
    }

    /// @inheritdoc IDollarMinter
    function setLedger(address newLedger) external restricted {
        require(_ledger == address(0), LedgerAlreadySet(_ledger));
        require(newLedger != address(0), MinterAddressZero("ledger"));
        _ledger = newLedger;
        emit LedgerSet(newLedger);
    }

    /* INTERNAL */

    /// @dev Amounts are 0 if refused.
    function _quoteMint(
        uint256 amount,
        bool exact,
        bool forLease
    ) private view returns (MintRefusal refusal, uint256 tokenIn, uint256 out) {
        MintPlan memory plan = _planMint({price: ORACLE.peek(), amount: amount, exact: exact, forLease: forLease});
        refusal = plan.refusal;
        if (refusal == MintRefusal.None) (tokenIn, out) = (plan.tokenIn, plan.out);
    }

    /// @dev Pokes the oracle and plans a mint that can be carried out, or reverts with the refusal's error.
    function _planMintNow(uint256 amount, bool exact, bool forLease) private returns (MintPlan memory plan) {
        plan = _planMint({price: ORACLE.poke(), amount: amount, exact: exact, forLease: forLease});
        _requireMintable(plan);
    }

    function _mintExact(
        address payer,
        uint256 out,
        uint256 maxIn,
        address to,
        bool forLease
    ) private returns (uint128) {
        MintPlan memory plan = _planMintNow({amount: out, exact: true, forLease: forLease});
        require(plan.tokenIn <= maxIn, InputTooLarge(plan.tokenIn, maxIn));
        _carryOutMint({plan: plan, payer: payer, to: to, forLease: forLease});
        return plan.tokenIn.toUint128();
    }

    /// @dev CARD of the caller is burned by right; a lease's payer is not the caller, so there it is the payer's allowance.
    function _carryOutMint(MintPlan memory plan, address payer, address to, bool forLease) private {
        _recordMint(plan, payer, to);
        if (forLease) TOKEN.burnFrom(payer, plan.tokenIn);
        else TOKEN.burnByMinter(payer, plan.tokenIn);
        DOLLAR.mint(to, plan.out);
    }

    function _recordMint(MintPlan memory plan, address payer, address to) private {
        Vault memory vault = _vault;
        uint256 creditAfter = vault.credit + plan.tokenIn;
        vault.credit = creditAfter.toUint96();
        if (plan.leasePart != plan.out) {
            vault.openMintUsed = plan.openUsed.toUint88();
            vault.openMintLast = uint40(block.timestamp);
        }
        _vault = vault;
        if (plan.leasePart != 0) {
            _leaseBucket = LeaseBucket({used: plan.leaseUsed.toUint88(), last: uint40(block.timestamp)});
        }
        emit DollarsMinted({
            payer: payer,
            to: to,
            tokenIn: plan.tokenIn,
            out: plan.out,
            leasePart: plan.leasePart,
            fee: plan.fee,
            credit: creditAfter
        });
    }

    function _redeem(
        uint128 dollarIn,
        uint128 minOut,
        address to,
        uint40 deadline,
        Lane lane
    ) private returns (uint128 out) {
        _requireInTime(deadline);
        RedeemPlan memory plan = _planRedeem(ORACLE.poke(), dollarIn, lane, msg.sender);
        _requireRedeemable(plan, lane);
        out = plan.out.toUint128();
        require(out >= minOut, OutputTooSmall(out, minOut));

        uint256 creditAfter = _vault.credit - plan.out;
        _vault.credit = creditAfter.toUint96();
        _lanes[lane] = plan.lane;
        emit DollarsRedeemed({
            account: msg.sender,
            to: to,
            lane: lane,
            dollarIn: dollarIn,
            out: out,
            charge: plan.charge,
            credit: creditAfter
        });

        if (lane == Lane.Earned) IEarnings(_ledger).spendEarned(msg.sender, dollarIn);
        DOLLAR.burn(msg.sender, dollarIn);
        TOKEN.mint(to, out);
    }

    function _storeParameters(Parameters memory next) private {
        _requireInRange("feeBps", next.feeBps, 25, 200);
        _requireInRange("gateBps", next.gateBps, 11_000, 20_000);
        _requireInRange("ceilingBps", next.ceilingBps, 100, 1500);
        _requireInRange("mintBps", uint256(next.openMintBps) + next.leaseMintBps, 100, 1000);
        _requireInRange("openLaneBps", next.openLaneBps, 100, 500);
        _requireInRange("laneBps", uint256(next.openLaneBps) + next.earnedLaneBps, 100, 500);
        _requireInRange("hardCeiling", next.hardCeiling, 1, 3_000_000_000);

        Settings storage settings = _settings;
        settings.feeBps = next.feeBps;
        settings.gateBps = next.gateBps;
        settings.ceilingBps = next.ceilingBps;
        settings.openMintBps = next.openMintBps;
        settings.leaseMintBps = next.leaseMintBps;
        settings.openLaneBps = next.openLaneBps;
        settings.earnedLaneBps = next.earnedLaneBps;
        settings.hardCeiling = next.hardCeiling;
        emit ParametersChanged(next);
    }

    function _requireInRange(bytes32 name, uint256 value, uint256 least, uint256 most) private pure {
        require(value >= least && value <= most, ParameterOutOfRange(name, value, least, most));
    }

    function _requireInTime(uint40 deadline) private view {
        require(block.timestamp <= deadline, DeadlinePassed(deadline, uint40(block.timestamp)));
    }
}
