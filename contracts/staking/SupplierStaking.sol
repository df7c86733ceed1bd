// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICardRegistry} from "../interfaces/ICardRegistry.sol";
import {IDollarMinter} from "../interfaces/IDollarMinter.sol";
import {IPriceOracle} from "../interfaces/IPriceOracle.sol";
import {IRunningRent, ISupplierStaking} from "../interfaces/ISupplierStaking.sol";
import {ThawingStake} from "./ThawingStake.sol";

/// @title Bonds of operators, per card
/// @notice Keeps active + thawing of all bonds equal to the CARD that was staked and has not left (I16). Slashing hits
/// active and thawing alike, and nothing leaves before 14 days but slashes and stop penalties (I17). The parts of a
/// slash sum, and finder and victim together get less than it (I18).
/// @dev Assumes that CARD and the minter are the ones of this project, that `operatorRateOf` of the ledger never reverts,
/// that a renter of the ledger is not the zero address, and that the slasher slashes by verdicts only.
contract SupplierStaking is ThawingStake, AccessManaged, ISupplierStaking {
    uint256 private constant ONE = 1e18;
    uint256 private constant BPS = 10_000;
    uint256 private constant COVER = 24 hours;
    uint256 private constant FINDER_BPS = 2_000;
    /// @dev Dollars (1e18).
    uint256 private constant FINDER_CAP = 1_000e18;

    ICardRegistry private immutable REGISTRY;
    IDollarMinter private immutable MINTER;

    mapping(uint256 cardId => mapping(address operator => Bond)) private _bonds;
    address private _ledger; // slot of 32 bytes, with the price
    uint96 private _price; // 1e18 USD per CARD
    address private _slasher;

    constructor(
        address authority,
        IERC20 token,
        IPriceOracle oracle,
        ICardRegistry registry,
        IDollarMinter minter
    ) ThawingStake(token, oracle) AccessManaged(authority) {
        REGISTRY = registry;
        MINTER = minter;
        _setPrice(oracle.slowPrice());
    }

    /* VIEWS */

    /// @inheritdoc ISupplierStaking
    function bondOf(uint256 cardId, address operator) external view returns (Bond memory) {
        return _bonds[cardId][operator];
    }

    /// @inheritdoc ISupplierStaking
    function price() external view returns (uint128) {
        return _price;
    }

    /// @inheritdoc ISupplierStaking
    function ledger() external view returns (address) {
        return _ledger;
    }

    /// @inheritdoc ISupplierStaking
    function slasher() external view returns (address) {
        return _slasher;
    }

    /// @inheritdoc ISupplierStaking
    function bondCoverage(
        uint256 cardId,
        address operator,
        uint256 minimumBond
    ) external view returns (bool meetsMinimum, uint256 grossRate) {
        uint256 value = _activeValue(cardId, operator);
        meetsMinimum = value >= minimumBond;
        if (meetsMinimum) grossRate = (value - minimumBond) / COVER;
    }

    /// @inheritdoc ISupplierStaking
    function requiredBond(uint256 cardId, address operator) external view returns (uint256) {
        return _required(cardId, operator);
    }

    /// @inheritdoc ISupplierStaking
    function matchWeight(uint256 cardId, address operator) external view returns (uint256) {
        uint256 referenceValue = REGISTRY.model(REGISTRY.card(cardId).model).referenceValue;
        if (referenceValue == 0) return ONE;
        // The target is a tenth of the reference value, so the ratio to it is that of ten times the bond.
        uint256 tenfold = Math.min(10 * _activeValue(cardId, operator), referenceValue);
        return ONE + Math.sqrt((tenfold * ONE * ONE) / referenceValue) / 2;
    }

    /* OPERATOR */

    /// @inheritdoc ISupplierStaking
    function stake(uint256 cardId, uint256 amount) external {
        _stake(cardId, amount);
        _pull(amount);
    }

    /// @inheritdoc ISupplierStaking
    function stakeWithPermit(uint256 cardId, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        _stake(cardId, amount);
        _permit(amount, deadline, v, r, s);
        _pull(amount);
    }

    /// @inheritdoc ISupplierStaking
    function stakeMany(uint256[] calldata cardIds, uint256[] calldata amounts) external {
        require(cardIds.length == amounts.length, BondArraysDiffer(cardIds.length, amounts.length));
        require(cardIds.length != 0, StakeZero());
        uint256 total;
        for (uint256 i = 0; i < cardIds.length; ++i) {
            _stake(cardIds[i], amounts[i]);
            total += amounts[i];
        }
        _pull(total);
    }

    /// @inheritdoc ISupplierStaking
    function requestUnstake(uint256 cardId, uint256 amount) external {
        Bond memory bond = _bonds[cardId][msg.sender];
        uint96 requested = _requested(bond.active, amount);
        bond.active -= requested;
        bond.thawing += requested;
        bond.thawedAt = _thawEnd();
        _bonds[cardId][msg.sender] = bond;

        emit BondThawRequested(cardId, msg.sender, amount, bond.thawedAt);
    }

    /// @inheritdoc ISupplierStaking
    function withdraw(uint256 cardId, address to) external returns (uint256 amount) {
        Bond memory bond = _bonds[cardId][msg.sender];
        _requireThawed(to, bond.thawing, bond.thawedAt);
        uint256 held = uint256(bond.active) + bond.thawing;
        uint256 required = _required(cardId, msg.sender);
        amount = Math.min(bond.thawing, Math.saturatingSub(held, required));
        require(amount != 0, BondStillRequired(cardId, msg.sender, required, held));
        _take({cardId: cardId, operator: msg.sender, bond: bond, fromActive: 0, fromThawing: amount});

        emit BondWithdrawn(cardId, msg.sender, to, amount);
        _pay(to, amount);
    }

    /* ANYONE */

    /// @inheritdoc ISupplierStaking
    function refreshPrice() external returns (uint128) {
        return _setPrice(ORACLE.poke().slow);
    }

    /* LEDGER AND CHECKERS */

    /// @inheritdoc ISupplierStaking
    function payStopPenalty(
        uint256 cardId,
        address operator,
        uint256 dollars,
        uint256 otherGrossRate,
        address renter
    ) external returns (uint256 paid) {
        require(msg.sender == _ledger, StakingCallerNotLedger(msg.sender));
        Bond memory bond = _bonds[cardId][operator];
        uint256 held = uint256(bond.active) + bond.thawing;
        uint256 available = Math.saturatingSub(held, _bondFor(cardId, otherGrossRate));
        paid = Math.min(_tokensFor(dollars, Math.Rounding.Floor), available);
        if (paid == 0) return 0;

        uint256 fromActive = Math.min(paid, bond.active);
        uint256 fromThawing = paid - fromActive;
        _take({cardId: cardId, operator: operator, bond: bond, fromActive: fromActive, fromThawing: fromThawing});

        emit StopPenaltyPaid(cardId, operator, renter, fromActive, fromThawing);
        _pay(renter, paid);
    }

    /// @inheritdoc ISupplierStaking
    function slash(
        uint256 cardId,
        address operator,
        uint256 amount,
        address victim,
        uint256 loss,
        address finder
    ) external {
        require(msg.sender == _slasher, StakingCallerNotSlasher(msg.sender));
        require(amount != 0, SlashZero());
        Bond memory bond = _bonds[cardId][operator];
        uint256 held = uint256(bond.active) + bond.thawing;
        require(amount <= held, SlashAboveBond(cardId, operator, amount, held));

        uint256 fromThawing = (amount * bond.thawing) / held;
        uint256 fromActive = amount - fromThawing;
        _take({cardId: cardId, operator: operator, bond: bond, fromActive: fromActive, fromThawing: fromThawing});
        (uint256 toVictim, uint256 toFinder) = _slashParts(amount, victim, loss, finder);
        uint256 burned = amount - toVictim - toFinder;

        emit BondSlashed({
            cardId: cardId,
            operator: operator,
            fromActive: fromActive,
            fromThawing: fromThawing,
            victim: victim,
            toVictim: toVictim,
            finder: finder,
            toFinder: toFinder,
            burned: burned
        });
        _pay(victim, toVictim);
        _pay(finder, toFinder);
        MINTER.recapitalise(SafeCast.toUint128(burned));
    }

    /* GOVERNANCE */

    /// @inheritdoc ISupplierStaking
    function setLedger(address ledger_) external restricted {
        require(_ledger == address(0), StakingLedgerAlreadySet(_ledger));
        require(ledger_ != address(0), StakingLedgerZero());
        _ledger = ledger_;

        emit StakingLedgerSet(ledger_);
    }

    /// @inheritdoc ISupplierStaking
    function setSlasher(address slasher_) external restricted {
        _slasher = slasher_;

        emit SlasherSet(slasher_);
    }

    /* INTERNAL */

    function _stake(uint256 cardId, uint256 amount) private {
        _bonds[cardId][msg.sender].active += _added(amount);

        emit BondStaked(cardId, msg.sender, amount, msg.sender);
    }

    function _take(
        uint256 cardId,
        address operator,
        Bond memory bond,
        uint256 fromActive,
        uint256 fromThawing
    ) private {
        bond.active -= SafeCast.toUint96(fromActive);
        bond.thawing -= SafeCast.toUint96(fromThawing);
        if (bond.thawing == 0) bond.thawedAt = 0;
        _bonds[cardId][operator] = bond;
    }

    function _setPrice(uint128 price_) private returns (uint128) {
        _price = SafeCast.toUint96(price_);

        emit BondPriceRefreshed(price_);
        return price_;
    }

    /// @dev The victim up to its loss, then the finder, and always at least 1 wei less than the slash.
    function _slashParts(
        uint256 amount,
        address victim,
        uint256 loss,
        address finder
    ) private view returns (uint256 toVictim, uint256 toFinder) {
        uint256 payable_ = amount - 1;
        if (victim != address(0)) toVictim = Math.min(loss, payable_);
        if (finder == address(0)) return (toVictim, 0);
        uint256 cap = _tokensFor(FINDER_CAP, Math.Rounding.Floor);
        toFinder = Math.min(Math.min((amount * FINDER_BPS) / BPS, cap), payable_ - toVictim);
    }

    function _activeValue(uint256 cardId, address operator) private view returns (uint256) {
        return (uint256(_bonds[cardId][operator].active) * _price) / ONE;
    }

    /// @dev Zero unless leases of the operator run on the card.
    function _required(uint256 cardId, address operator) private view returns (uint256) {
        address ledger_ = _ledger;
        if (ledger_ == address(0)) return 0;
        uint256 grossRate = IRunningRent(ledger_).operatorRateOf(cardId, operator);
        return grossRate == 0 ? 0 : _bondFor(cardId, grossRate);
    }

    /// @dev CARD-wei, rounded up, of the model's minimum and 24 hours of `grossRate`. Total: it saturates.
    function _bondFor(uint256 cardId, uint256 grossRate) private view returns (uint256) {
        uint256 dollars = Math.saturatingAdd(REGISTRY.minimumBondOf(cardId), Math.saturatingMul(COVER, grossRate));
        return _tokensFor(dollars, Math.Rounding.Ceil);
    }

    /// @dev CARD-wei worth `dollars`. Total: at no price, or for dollars above 2^128, it saturates.
    function _tokensFor(uint256 dollars, Math.Rounding rounding) private view returns (uint256) {
        uint256 price_ = _price;
        if (dollars == 0) return 0;
        if (price_ == 0 || dollars > type(uint128).max) return type(uint256).max;
        uint256 scaled = dollars * ONE;
        return rounding == Math.Rounding.Ceil ? Math.ceilDiv(scaled, price_) : scaled / price_;
    }
}
