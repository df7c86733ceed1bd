// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CardRegistry} from "../../../contracts/cards/CardRegistry.sol";
import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {ISupplierStaking} from "../../../contracts/interfaces/ISupplierStaking.sol";
import {LeaseLedger} from "../../../contracts/leases/LeaseLedger.sol";
import {SupplierStaking} from "../../../contracts/staking/SupplierStaking.sol";
import {StakingFixture} from "../support/StakingFixture.sol";
import {vm} from "../support/Vm.sol";

/// @notice Cards and bonds under the real ledger; this contract stands where the market does.
contract SupplierStakingWithLedgerTest is StakingFixture {
    uint64 private constant RATE = 0.01e18;

    LeaseLedger private leases;
    uint256 private cardId;

    function setUp() public {
        registry = new CardRegistry(address(manager));
        registry.setModel(MODEL, "H100 80GB", 81_920, REFERENCE_VALUE, MINIMUM_BOND);
        registry.setRegion(REGION, "eu-north");
        registry.setEncumbrancer(address(this), true);
        staking = new SupplierStaking(address(manager), token, oracle, registry, minter);
        leases = new LeaseLedger(address(manager), dollar, registry, staking);
        registry.setLedger(address(leases));
        staking.setLedger(address(leases));
        leases.setMarket(address(this));
        _fund(NODE);
        _fund(RENTER);
        minter.mint(200_000e18, 0, RENTER, START);
        vm.prank(RENTER);
        dollar.approve(address(leases), type(uint256).max);
        cardId = _verified();
    }

    function test_B11_RentingFromOneselfAndStoppingTakesNothingBelowTheMinimum() public {
        _bond(cardId, 4000e18, 0);
        uint256 leaseId = _open(NODE, RATE, 20 days, 1000);
        uint256 owed = 86_400 * uint256(RATE);
        vm.warp(block.timestamp + 1 hours);
        uint256 before = token.balanceOf(RENTER);
        vm.prank(NODE);
        leases.stop(leaseId);
        vm.assertEq(token.balanceOf(RENTER) - before, 2 * owed);
        _assertBond(cardId, 4000e18 - 2 * owed, 0, 0);

        for (uint256 i = 0; i < 3; ++i) {
            vm.warp(block.timestamp + 1 hours);
            (bool meetsMinimum, uint256 covered) = staking.bondCoverage(cardId, NODE, MINIMUM_BOND);
            vm.assertTrue(meetsMinimum);
            if (covered < 10) break;
            leaseId = _open(NODE, uint64(covered > RATE ? RATE : covered), 20 days, 1000);
            vm.prank(NODE);
            leases.stop(leaseId);
        }
        vm.assertGe(staking.bondOf(cardId, NODE).active, 1000e18);
    }

    function test_B22_TheBondStaysWhileTheLeaseRuns() public {
        _bond(cardId, 4000e18, 0);
        _open(NODE, RATE, 20 days, 1000);
        vm.prank(NODE);
        staking.requestUnstake(cardId, 4000e18);
        uint256 required = 2 * (500e18 + 86_400 * uint256(RATE));
        vm.assertEq(staking.requiredBond(cardId, NODE), required);

        vm.warp(START + 15 days);
        vm.startPrank(NODE);
        vm.assertEq(staking.withdraw(cardId, NODE), 4000e18 - required);
        vm.expectRevert(
            abi.encodeWithSelector(ISupplierStaking.BondStillRequired.selector, cardId, NODE, required, required)
        );
        staking.withdraw(cardId, NODE);

        vm.warp(START + 20 days);
        vm.assertEq(staking.requiredBond(cardId, NODE), 0);
        vm.assertEq(staking.withdraw(cardId, NODE), required);
        vm.stopPrank();
    }

    function test_B22_StoppingFreesTheBond() public {
        _bond(cardId, 0, 4000e18);
        _bond(cardId, 3000e18, 0);
        uint256 leaseId = _open(NODE, RATE, 20 days, 1000);
        vm.warp(START + 15 days);
        vm.startPrank(NODE);
        leases.stop(leaseId);
        vm.assertEq(staking.withdraw(cardId, NODE), 4000e18);
        vm.stopPrank();
    }

    function test_B31_EachOperatorCoversItsOwnLeases() public {
        _bond(cardId, 4000e18, 0);
        _open(NODE, RATE, 20 days, 500);
        _fund(BUYER);
        vm.prank(OWNER);
        registry.setOperator(cardId, BUYER, 1, 0, 0);
        vm.prank(BUYER);
        staking.stake(cardId, 3000e18);
        _open(BUYER, RATE / 2, 2 days, 500);

        vm.assertEq(staking.requiredBond(cardId, NODE), 2 * (500e18 + (86_400 * uint256(RATE)) / 2));
        vm.assertEq(staking.requiredBond(cardId, BUYER), 2 * (500e18 + (86_400 * uint256(RATE)) / 4));
    }

    function test_I9_ACardChangesHandsUnderRunningLeases() public {
        _bond(cardId, 40_000e18, 0);
        for (uint256 i = 0; i < 8; ++i) _open(NODE, RATE, 2 days, 125);
        vm.warp(block.timestamp + 1 days);
        vm.prank(OWNER);
        registry.transferFrom(OWNER, BUYER, cardId);
        uint256 earned = leases.accountOf(OWNER).earned;
        vm.assertGt(earned, 0);

        vm.warp(block.timestamp + 1 days);
        leases.collect(cardId);
        vm.assertEq(leases.accountOf(OWNER).earned, earned);
        vm.assertEq(leases.accountOf(BUYER).earned, earned);
    }

    function test_B17_RevenueFollowsTheEncumbrance() public {
        _bond(cardId, 4000e18, 0);
        _open(NODE, RATE, 3 days, 1000);
        vm.warp(START + 1 days);
        registry.encumber(cardId, HOLDER, 0, 0, START + 1 days, START + 4 days);
        vm.assertEq(leases.revenueNumber(cardId), 0);
        vm.prank(HOLDER);
        registry.activate(cardId);
        uint256 ownersDay = leases.accountOf(OWNER).earned;
        vm.assertEq(leases.revenueNumber(cardId), registry.revenueNumber(cardId));

        vm.warp(START + 4 days);
        registry.expire(cardId);
        vm.assertEq(leases.revenueNumber(cardId), registry.revenueNumber(cardId));
        vm.assertEq(leases.revenueNumber(cardId), 2);
        uint256 frozen = leases.accruedRevenueOf(cardId, 1);
        vm.assertEq(frozen, 2 * ownersDay);
        (address holder, ) = leases.holderOf(cardId, 1);
        vm.assertEq(holder, HOLDER);

        _open(NODE, RATE, 1 days, 1000);
        vm.warp(START + 5 days);
        leases.collect(cardId);
        uint256 later = leases.accruedRevenueOf(cardId, 1);
        vm.assertEq(later, frozen);
        vm.assertEq(leases.accountOf(OWNER).earned, 2 * ownersDay);
    }

    function test_RetireWaitsForTheLastLease() public {
        _bond(cardId, 4000e18, 0);
        _open(NODE, RATE, 1 days, 1000);
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardHasRunningLeases.selector, cardId, 1));
        vm.prank(OWNER);
        registry.retire(cardId);

        vm.assertEq(registry.userOf(cardId), RENTER);
        vm.assertEq(registry.userExpires(cardId), START + 1 days);
        vm.warp(START + 1 days);
        vm.assertEq(registry.userOf(cardId), address(0));
        vm.prank(OWNER);
        registry.retire(cardId);
        vm.assertGt(leases.accountOf(OWNER).earned, 0);
        uint256 earned = leases.accountOf(NODE).earned;
        leases.collect(cardId);
        vm.assertGe(leases.accountOf(NODE).earned, earned);
    }

    /// @dev What a market does once orders are checked: the cover, the lease, the escrow.
    function _open(
        address operator,
        uint64 rate,
        uint32 duration,
        uint16 thousandths
    ) private returns (uint256 leaseId) {
        (, uint256 covered) = staking.bondCoverage(cardId, operator, MINIMUM_BOND);
        (ILeaseLedger.LegRefusal refusal, ILeaseLedger.Opened memory opened) = leases.open(
            ILeaseLedger.Opening({
                cardId: cardId,
                renter: RENTER,
                operator: operator,
                ratePerSecond: rate,
                thousandths: thousandths,
                duration: duration,
                minMinutes: 10,
                maxHours: 720,
                feeBps: 500,
                paidInToken: false,
                termOver: false,
                coveredRate: covered,
                accessKeyHash: 0
            })
        );
        vm.assertTrue(refusal == ILeaseLedger.LegRefusal.None);
        leases.charge(RENTER, opened.escrow, 0, 0, address(0), "");
        return opened.leaseId;
    }
}
