// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ComputeToken} from "../../../contracts/token/ComputeToken.sol";
import {IRenterStaking} from "../../../contracts/interfaces/IRenterStaking.sol";
import {ISupplierStaking} from "../../../contracts/interfaces/ISupplierStaking.sol";
import {RenterStaking} from "../../../contracts/staking/RenterStaking.sol";
import {SupplierStaking} from "../../../contracts/staking/SupplierStaking.sol";
import {RecordingLedger} from "../support/RecordingLedger.sol";
import {StakingFixture} from "../support/StakingFixture.sol";
import {vm} from "../support/Vm.sol";

/// @notice Two operators on two cards and two renters stake, thaw, withdraw, are slashed and pay stop penalties while
/// time and price move. It keeps its own books of what came in and went out.
contract StakingHandler is StakingFixture {
    uint256 public staked;
    uint256 public withdrawn;
    uint256 public slashed;
    uint256 public penalties;
    uint256 public rentersStaked;
    uint256 public rentersWithdrawn;
    uint256 public donated;
    string public broken;

    /// @dev Earliest second at which what a bond thaws may leave, by the requests that were made.
    mapping(uint256 cardId => mapping(address operator => uint256)) private _leavesFrom;

    constructor() {
        _verified();
        _verified();
        _fund(BUYER);
    }

    function contracts() external view returns (SupplierStaking, RenterStaking, ComputeToken) {
        return (staking, renters, token);
    }

    function operators() public pure returns (address[2] memory) {
        return [NODE, BUYER];
    }

    function stake(uint256 seed, uint96 amount) external {
        (uint256 cardId, address operator) = _pick(seed);
        uint256 value = 1 + (amount % 5000e18);
        vm.prank(operator);
        staking.stake(cardId, value);
        staked += value;
    }

    function requestUnstake(uint256 seed, uint96 amount) external {
        (uint256 cardId, address operator) = _pick(seed);
        uint256 active = staking.bondOf(cardId, operator).active;
        if (active == 0) return;
        vm.prank(operator);
        staking.requestUnstake(cardId, 1 + (amount % active));
        _leavesFrom[cardId][operator] = block.timestamp + 14 days;
    }

    function withdraw(uint256 seed) external {
        (uint256 cardId, address operator) = _pick(seed);
        ISupplierStaking.Bond memory bond = staking.bondOf(cardId, operator);
        uint256 required = staking.requiredBond(cardId, operator);
        vm.prank(operator);
        try staking.withdraw(cardId, operator) returns (uint256 amount) {
            withdrawn += amount;
            if (block.timestamp < _leavesFrom[cardId][operator]) broken = "left before 14 days";
            ISupplierStaking.Bond memory left = staking.bondOf(cardId, operator);
            if (left.active != bond.active) broken = "active stake left";
            if (left.thawing != 0 && uint256(left.active) + left.thawing != required) broken = "paid too little";
            if (uint256(left.active) + left.thawing < required) broken = "paid what is required";
        } catch {
            bool due = bond.thawing != 0 && block.timestamp >= _leavesFrom[cardId][operator];
            if (due && uint256(bond.active) + bond.thawing > required) broken = "due and not paid";
        }
    }

    function slash(uint256 seed, uint96 amount, uint96 loss) external {
        (uint256 cardId, address operator) = _pick(seed);
        ISupplierStaking.Bond memory bond = staking.bondOf(cardId, operator);
        uint256 held = uint256(bond.active) + bond.thawing;
        if (held == 0) return;
        uint256 value = 1 + (amount % held);
        uint256 outside = token.balanceOf(STRANGER) + token.balanceOf(FINDER);
        uint256 supply = token.totalSupply();
        uint256 credit = minter.credit();
        staking.slash(cardId, operator, value, STRANGER, loss % (2 * value), FINDER);

        slashed += value;
        uint256 paid = token.balanceOf(STRANGER) + token.balanceOf(FINDER) - outside;
        if (paid >= value) broken = "a slash paid out all";
        if (supply - token.totalSupply() != value - paid) broken = "slash parts do not sum";
        if (minter.credit() - credit != value - paid) broken = "burned elsewhere";
        ISupplierStaking.Bond memory left = staking.bondOf(cardId, operator);
        uint256 fromThawing = bond.thawing - left.thawing;
        if (uint256(bond.active) - left.active + fromThawing != value) broken = "slashed another amount";
        if (fromThawing * held > value * bond.thawing) broken = "thawing hit harder";
        if ((fromThawing + 1) * held <= value * bond.thawing) broken = "thawing spared";
    }

    function stop(uint256 seed, uint96 dollars, uint64 otherRate) external {
        (uint256 cardId, address operator) = _pick(seed);
        penalties += ledger.stop(staking, cardId, operator, STRANGER, dollars % 1000e18, otherRate % 0.02e18);
    }

    function rent(uint256 seed, uint64 rate) external {
        (uint256 cardId, address operator) = _pick(seed);
        ledger.setGrossRate(cardId, operator, rate % 2 == 0 ? 0 : rate % 0.02e18);
    }

    function renterStake(uint256 seed, uint96 amount) external {
        address renter = _renter(seed);
        uint256 value = 1 + (amount % 50_000e18);
        vm.prank(renter);
        renters.stake(value);
        rentersStaked += value;
    }

    function renterUnstake(uint256 seed, uint96 amount) external {
        address renter = _renter(seed);
        IRenterStaking.RenterStake memory before = renters.stakeOf(renter);
        uint256 total = uint256(before.active) + before.pending;
        if (total == 0) return;
        uint256 value = 1 + (amount % total);
        vm.prank(renter);
        renters.requestUnstake(value);
        _leavesFrom[0][renter] = block.timestamp + 14 days;

        uint8 tier = renters.tierOf(renter);
        if (tier > before.tier) broken = "a request raised the tier";
        if (value <= before.pending && tier != before.tier) broken = "pending stake moved the tier";
        if (value > before.pending && !_isBacked(renter, 100)) broken = "tier kept by stake that thaws";
    }

    function renterWithdraw(uint256 seed) external {
        address renter = _renter(seed);
        uint256 thawing = renters.stakeOf(renter).thawing;
        vm.prank(renter);
        try renters.withdraw(renter) returns (uint256 amount) {
            rentersWithdrawn += amount;
            if (block.timestamp < _leavesFrom[0][renter]) broken = "renter's stake left before 14 days";
            if (amount != thawing) broken = "renter was paid another amount";
        } catch {
            if (thawing != 0 && block.timestamp >= _leavesFrom[0][renter]) broken = "renter's stake is stuck";
        }
    }

    function refresh(uint256 seed, bool self) external {
        address renter = _renter(seed);
        if (self) vm.prank(renter);
        renters.refresh(renter);
        if (!_isBacked(renter, 80)) broken = "tier not backed";
    }

    function donate(uint96 amount) external {
        token.transfer(address(staking), amount % 1e18);
        donated += amount % 1e18;
    }

    function move(uint32 time, int64 answer) external {
        uint256 price = 0.01e8 + (uint64(answer) % 2e8);
        vm.warp(block.timestamp + (time % 10 days));
        primary.setAnswer(int256(price));
        second.setAnswer(int256(price));
        staking.refreshPrice();
    }

    function _isBacked(address renter, uint256 percent) private view returns (bool) {
        IRenterStaking.RenterStake memory stake_ = renters.stakeOf(renter);
        uint256 value = (uint256(stake_.active) * oracle.slowPrice()) / 1e18;
        return 100 * value >= percent * renters.tierThreshold(stake_.tier);
    }

    function _pick(uint256 seed) private pure returns (uint256 cardId, address operator) {
        return (1 + ((seed >> 1) % 2), seed % 2 == 0 ? NODE : BUYER);
    }

    function _renter(uint256 seed) private pure returns (address) {
        return seed % 2 == 0 ? RENTER : BUYER;
    }
}

/// @dev Rows that cannot apply here: A34, since a stake is an amount and not a share of a pool; A86, since nobody
/// stakes for another; A28 to A30, since CARD is the only token and its address is immutable.
contract StakingInvariantTest {
    StakingHandler private _handler;

    function setUp() public {
        _handler = new StakingHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @notice active + thawing of all bonds is what came in less what left, and what the contract holds but for
    /// donations.
    function invariant_I16_BondsAreHeld() public view {
        (SupplierStaking staking, , ComputeToken token) = _handler.contracts();
        uint256 sum;
        address[2] memory operators = _handler.operators();
        for (uint256 cardId = 1; cardId <= 2; ++cardId) {
            for (uint256 i = 0; i < 2; ++i) {
                ISupplierStaking.Bond memory bond = staking.bondOf(cardId, operators[i]);
                sum += uint256(bond.active) + bond.thawing;
                vm.assertEq(bond.thawing == 0, bond.thawedAt == 0);
            }
        }
        uint256 out = _handler.withdrawn() + _handler.slashed() + _handler.penalties();
        vm.assertEq(sum, _handler.staked() - out);
        vm.assertEq(token.balanceOf(address(staking)), sum + _handler.donated());
    }

    /// @notice The same of the renters' stakes.
    function invariant_I16_RentersStakesAreHeld() public view {
        (, RenterStaking renters, ComputeToken token) = _handler.contracts();
        address[2] memory all = [address(0x4E47E4), _handler.operators()[1]];
        uint256 sum;
        for (uint256 i = 0; i < 2; ++i) {
            IRenterStaking.RenterStake memory stake = renters.stakeOf(all[i]);
            sum += uint256(stake.active) + stake.thawing + stake.pending;
        }
        vm.assertEq(sum, _handler.rentersStaked() - _handler.rentersWithdrawn());
        vm.assertEq(token.balanceOf(address(renters)), sum);
    }

    /// @notice The ledger, which charges the fee, knows the tier of each.
    function invariant_TheLedgerKnowsEachTier() public view {
        (, RenterStaking renters, ) = _handler.contracts();
        address[2] memory all = [address(0x4E47E4), _handler.operators()[1]];
        for (uint256 i = 0; i < 2; ++i) {
            vm.assertEq(RecordingLedger(renters.ledger()).tierOf(all[i]), renters.tierOf(all[i]));
        }
    }

    /// @notice Nothing left before 14 days, slashes hit thawing stake equally, their parts summed and paid less than
    /// they took.
    function invariant_I17_I18_NothingLeftEarlyAndSlashesSummed() public view {
        vm.assertEq(_handler.broken(), "");
    }
}
