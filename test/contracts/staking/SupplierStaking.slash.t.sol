// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {ISupplierStaking} from "../../../contracts/interfaces/ISupplierStaking.sol";
import {SupplierStaking} from "../../../contracts/staking/SupplierStaking.sol";
import {StakingFixture} from "../support/StakingFixture.sol";
import {vm} from "../support/Vm.sol";

contract SupplierStakingSlashTest is StakingFixture {
    function test_I17_HitsActiveAndThawingAlike() public {
        _bond(1, 300e18, 100e18);
        uint256 credit = minter.credit();
        vm.expectEmit(address(staking));
        emit ISupplierStaking.BondSlashed(1, NODE, 30e18, 10e18, RENTER, 5e18, FINDER, 8e18, 27e18);
        vm.expectEmit(address(minter));
        emit IDollarMinter.CreditRecapitalised(address(staking), 27e18, credit + 27e18);
        staking.slash(1, NODE, 40e18, RENTER, 5e18, FINDER);

        _assertBond(1, 270e18, 90e18, START + THAW);
        vm.assertEq(token.balanceOf(RENTER), WEALTH + 5e18);
        vm.assertEq(token.balanceOf(FINDER), 8e18);
        vm.assertEq(minter.credit(), credit + 27e18);
        vm.assertEq(token.balanceOf(address(staking)), 360e18);
    }

    function test_A79_AnExitInTheQueueIsSlashedToTheLastSecond() public {
        _bond(1, 0, 100e18);
        vm.warp(START + THAW - 1);
        staking.slash(1, NODE, 50e18, RENTER, 10e18, FINDER);
        _assertBond(1, 0, 50e18, START + THAW);

        vm.warp(START + THAW + 100 days);
        staking.slash(1, NODE, 20e18, RENTER, 10e18, FINDER);
        vm.prank(NODE);
        vm.assertEq(staking.withdraw(1, NODE), 30e18);
    }

    function test_A85_AWholeBondCanGo() public {
        _bond(1, 60e18, 40e18);
        staking.slash(1, NODE, 100e18, address(0), 0, FINDER);
        _assertBond(1, 0, 0, 0);
        vm.assertEq(token.balanceOf(FINDER), 20e18);
        vm.assertEq(token.balanceOf(address(staking)), 0);

        _bond(1, 5e18, 0);
        _assertBond(1, 5e18, 0, 0);
    }

    function test_A82_SlashingOneselfLosesAtAnySize() public {
        _bond(1, 1000e18, 0);
        uint256 before = token.balanceOf(NODE);
        staking.slash(1, NODE, 100e18, address(0), 0, NODE);
        vm.assertEq(token.balanceOf(NODE) - before, 20e18);

        before = token.balanceOf(NODE);
        staking.slash(1, NODE, 100e18, NODE, type(uint256).max, NODE);
        vm.assertEq(token.balanceOf(NODE) - before, 100e18 - 1);

        before = token.balanceOf(NODE);
        staking.slash(1, NODE, 1, NODE, type(uint256).max, NODE);
        vm.assertEq(token.balanceOf(NODE), before);
    }

    function test_I18_TheFinderIsCutBeforeTheVictim() public {
        _bond(1, 1000e18, 0);
        staking.slash(1, NODE, 100e18, RENTER, 90e18, FINDER);
        vm.assertEq(token.balanceOf(RENTER), WEALTH + 90e18);
        vm.assertEq(token.balanceOf(FINDER), 10e18 - 1);

        staking.slash(1, NODE, 100e18, RENTER, 100e18, FINDER);
        vm.assertEq(token.balanceOf(RENTER), WEALTH + 190e18 - 1);
        vm.assertEq(token.balanceOf(FINDER), 10e18 - 1);
    }

    function test_TheFinderGetsAtMostAThousandDollars() public {
        _bond(1, 20_000e18, 0);
        staking.slash(1, NODE, 10_000e18, address(0), 0, FINDER);
        vm.assertEq(token.balanceOf(FINDER), 2000e18);
        staking.slash(1, NODE, 10_000e18, address(0), 0, address(0xF2));
        vm.assertEq(token.balanceOf(address(0xF2)), 2000e18);

        _bond(1, 20_000e18, 0);
        staking.slash(1, NODE, 10_001e18, address(0), 0, address(0xF3));
        vm.assertEq(token.balanceOf(address(0xF3)), 2000e18);
    }

    function test_GivenNobody_AllBurns() public {
        _bond(1, 100e18, 0);
        uint256 credit = minter.credit();
        staking.slash(1, NODE, 100e18, address(0), 50e18, address(0));
        vm.assertEq(minter.credit(), credit + 100e18);
    }

    function test_GivenMinterPausedAndBlind_SlashesStill() public {
        _bond(1, 100e18, 0);
        minter.pauseMint(START + 1 days);
        minter.pauseRedeem(START + 1 days);
        primary.setAnswer(0);
        staking.slash(1, NODE, 100e18, RENTER, 1, FINDER);
        _assertBond(1, 0, 0, 0);
    }

    /// @dev The parts by their meaning: the victim's is the most it may be, then the finder's.
    function testFuzz_I18_PartsSumAndPayLessThanTheSlash(
        uint96 active,
        uint96 thawing,
        uint256 amount,
        uint256 loss,
        uint96 slow
    ) public {
        _reprice(uint96(1e12 + (slow % 1e24)));
        (uint256 a, uint256 t) = (active % (WEALTH / 2), thawing % (WEALTH / 2));
        vm.assume(a + t != 0);
        _bond(1, a, t);
        amount = 1 + (amount % (a + t));
        uint256 credit = minter.credit();
        staking.slash(1, NODE, amount, RENTER, loss, FINDER);

        uint256 toVictim = token.balanceOf(RENTER) - WEALTH;
        uint256 toFinder = token.balanceOf(FINDER);
        ISupplierStaking.Bond memory bond = staking.bondOf(1, NODE);
        vm.assertEq(toVictim + toFinder + (minter.credit() - credit), amount);
        vm.assertLt(toVictim + toFinder, amount);
        vm.assertEq(a + t - bond.active - bond.thawing, amount);
        vm.assertLe(toVictim, loss);
        vm.assertTrue(toVictim == loss || toVictim == amount - 1);
        vm.assertLe(5 * toFinder, amount);
        vm.assertLe(toFinder * staking.price(), 1000e36);
        bool most = 5 * (toFinder + 1) > amount || (toFinder + 1) * staking.price() > 1000e36;
        vm.assertTrue(most || toVictim + toFinder == amount - 1);
        _assertEqualProportion(a, t, a - bond.active, t - bond.thawing);
    }

    /// @dev Neither part was hit more than its share, up to 1 wei of rounding that falls on the active part.
    function _assertEqualProportion(uint256 a, uint256 t, uint256 fromA, uint256 fromT) private pure {
        vm.assertLe(fromT * (a + t), (fromA + fromT) * t);
        vm.assertGt((fromT + 1) * (a + t), (fromA + fromT) * t);
    }

    function test_RevertWhen_CallerIsNotTheSlasher() public {
        _bond(1, 100e18, 0);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakingCallerNotSlasher.selector, STRANGER));
        vm.prank(STRANGER);
        staking.slash(1, NODE, 1, STRANGER, 1, STRANGER);

        staking.setSlasher(address(0));
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakingCallerNotSlasher.selector, address(this)));
        staking.slash(1, NODE, 1, RENTER, 1, FINDER);
    }

    function test_RevertWhen_Zero() public {
        _bond(1, 100e18, 0);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.SlashZero.selector));
        staking.slash(1, NODE, 0, RENTER, 0, FINDER);
    }

    function test_RevertWhen_AboveTheBond() public {
        _bond(1, 60e18, 40e18);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.SlashAboveBond.selector, 1, NODE, 100e18 + 1, 100e18));
        staking.slash(1, NODE, 100e18 + 1, RENTER, 0, FINDER);
        vm.expectRevert(
            abi.encodeWithSelector(ISupplierStaking.SlashAboveBond.selector, 1, NODE, type(uint256).max, 100e18)
        );
        staking.slash(1, NODE, type(uint256).max, RENTER, 0, FINDER);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.SlashAboveBond.selector, 2, NODE, 1, 0));
        staking.slash(2, NODE, 1, RENTER, 0, FINDER);
    }
}

contract SupplierStakingGovernanceTest is StakingFixture {
    function test_SetSlasher_NamesAndRevokes() public {
        vm.expectEmit(address(staking));
        emit ISupplierStaking.SlasherSet(STRANGER);
        staking.setSlasher(STRANGER);
        vm.assertEq(staking.slasher(), STRANGER);
        vm.expectEmit(address(staking));
        emit ISupplierStaking.SlasherSet(address(0));
        staking.setSlasher(address(0));
        vm.assertEq(staking.slasher(), address(0));
    }

    function test_SetLedger_Once() public {
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakingLedgerAlreadySet.selector, address(ledger)));
        staking.setLedger(STRANGER);
        vm.assertEq(staking.ledger(), address(ledger));
        vm.assertEq(staking.price(), PRICE);
    }

    function test_SetLedger_RevertWhen_Zero() public {
        address made = address(_young());
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakingLedgerZero.selector));
        ISupplierStaking(made).setLedger(address(0));
        vm.expectEmit(made);
        emit ISupplierStaking.StakingLedgerSet(STRANGER);
        ISupplierStaking(made).setLedger(STRANGER);
        vm.assertEq(ISupplierStaking(made).ledger(), STRANGER);
    }

    function test_A95_RevertWhen_CallerHasNoRole() public {
        bytes memory refused = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER);
        vm.startPrank(STRANGER);
        vm.expectRevert(refused);
        staking.setLedger(STRANGER);
        vm.expectRevert(refused);
        staking.setSlasher(STRANGER);
        vm.stopPrank();
    }

    function _young() private returns (ISupplierStaking) {
        return new SupplierStaking(address(manager), token, oracle, registry, minter);
    }
}
