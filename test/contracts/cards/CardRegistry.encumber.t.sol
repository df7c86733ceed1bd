// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CardRegistry} from "../../../contracts/cards/CardRegistry.sol";
import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {CardFixture} from "../support/CardFixture.sol";
import {vm} from "../support/Vm.sol";

contract CardRegistryEncumberTest is CardFixture {
    function test_NamesTheHolderAndBindsTheTerm() public {
        uint256 cardId = _verified();
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardEncumbranceNamed(cardId, HOLDER, 1, 1000, 1000, START + 10 days, START + 110 days);
        uint16 number = _encumber(cardId);

        vm.assertEq(number, 1);
        ICardRegistry.Encumbrance memory encumbrance = registry.encumbrance(cardId);
        vm.assertEq(encumbrance.holder, HOLDER);
        vm.assertEq(encumbrance.count, 1);
        vm.assertFalse(encumbrance.active);
        vm.assertTrue(registry.card(cardId).limited);
        vm.assertEq(registry.limits(cardId).termEnd, START + 110 days);
        vm.assertEq(registry.revenueNumber(cardId), 0);
        vm.assertEq(ledger.checkpoints(), 0);
    }

    function test_I13_RevertWhen_EncumberedAlready() public {
        uint256 named = _encumbered();
        uint256 active = _activated();
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardEncumbered.selector, named, HOLDER));
        _encumber(named);
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardEncumbered.selector, active, HOLDER));
        _encumber(active);

        vm.warp(START + 110 days - 1);
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardEncumbered.selector, active, HOLDER));
        _encumber(active);
    }

    function test_GivenTermOver_TheOldOneIsClearedOnTheWay() public {
        uint256 cardId = _activated();
        vm.warp(START + 110 days);
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardEncumbranceEnded(cardId, HOLDER, 2);
        vm.assertEq(_encumber(cardId), 3);

        _assertLast(cardId, OWNER, 2, address(0));
        vm.assertEq(registry.revenueNumber(cardId), 2);
        vm.assertEq(registry.encumbrance(cardId).count, 2);
        vm.assertFalse(registry.encumbrance(cardId).active);
    }

    function test_GivenSaleEndNow_IsAllowed() public {
        uint256 cardId = _verified();
        vm.assertEq(registry.encumber(cardId, HOLDER, 0, 0, START, START + 1), 1);
    }

    /// @dev 32 767 encumbrances have numbers that fit 16 bits; the count is set where the registry keeps it.
    function test_RevertWhen_NumbersAreExhausted() public {
        uint256 cardId = _verified();
        bytes32 slot = keccak256(abi.encode(cardId, uint256(11)));
        vm.store(address(registry), slot, bytes32(uint256(32_766) << 160));
        vm.assertEq(registry.encumbrance(cardId).count, 32_766);

        vm.assertEq(_encumber(cardId), 65_533);
        vm.prank(HOLDER);
        registry.activate(cardId);
        vm.warp(START + 110 days);
        registry.expire(cardId);
        vm.assertEq(registry.revenueNumber(cardId), 65_534);
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardEncumbrancesExhausted.selector, cardId));
        _encumber(cardId);
        vm.prank(OWNER);
        registry.transferFrom(OWNER, BUYER, cardId);
        _assertLast(cardId, OWNER, 65_534, address(0));
    }

    function test_RevertWhen_CallerIsNoEncumbrancer() public {
        uint256 cardId = _verified();
        bytes memory refused = abi.encodeWithSelector(ICardRegistry.EncumbrancerNotAllowed.selector, OWNER);
        vm.expectRevert(refused);
        vm.prank(OWNER);
        registry.encumber(cardId, OWNER, 0, 0, START, START + 1);

        registry.setEncumbrancer(address(this), false);
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.EncumbrancerNotAllowed.selector, address(this)));
        registry.encumber(cardId, HOLDER, 0, 0, START, START + 1);
    }

    function test_RevertWhen_NoLedger() public {
        CardRegistry young = new CardRegistry(address(manager));
        young.setEncumbrancer(address(this), true);
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardLedgerZero.selector));
        young.encumber(1, HOLDER, 0, 0, START, START + 1);
    }

    function test_RevertWhen_HolderZero() public {
        uint256 cardId = _verified();
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardHolderZero.selector, cardId));
        registry.encumber(cardId, address(0), 0, 0, START, START + 1);
    }

    function test_B27_RevertWhen_CardIsNotVerified() public {
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardUnknown.selector, 1));
        registry.encumber(1, HOLDER, 0, 0, START, START + 1);

        uint256 cardId = _register();
        vm.expectRevert(_unsuitable(cardId, ICardRegistry.CardState.Registered));
        _encumber(cardId);

        vm.prank(OWNER);
        registry.retire(cardId);
        vm.expectRevert(_unsuitable(cardId, ICardRegistry.CardState.Retired));
        _encumber(cardId);
    }

    function test_RevertWhen_DecayAboveAll() public {
        uint256 cardId = _verified();
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.DecayOutOfRange.selector, uint16(10_001), uint16(10_000)));
        registry.encumber(cardId, HOLDER, 0, 10_001, START, START + 1);
    }

    function test_RevertWhen_TermIsInvalid() public {
        uint256 cardId = _verified();
        _expectTermInvalid(START - 1, START + 1);
        registry.encumber(cardId, HOLDER, 0, 0, START - 1, START + 1);
        _expectTermInvalid(START, START);
        registry.encumber(cardId, HOLDER, 0, 0, START, START);
        _expectTermInvalid(START + 5, START + 4);
        registry.encumber(cardId, HOLDER, 0, 0, START + 5, START + 4);
        _expectTermInvalid(START, START + 1110 days + 1);
        registry.encumber(cardId, HOLDER, 0, 0, START, START + 1110 days + 1);
        _expectTermInvalid(START, type(uint40).max);
        registry.encumber(cardId, HOLDER, 0, 0, START, type(uint40).max);

        vm.assertEq(registry.encumber(cardId, HOLDER, 0, 0, START, START + 1110 days), 1);
    }

    function _expectTermInvalid(uint40 saleEnd, uint40 termEnd) private {
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardTermInvalid.selector, saleEnd, termEnd));
    }

    function _unsuitable(uint256 cardId, ICardRegistry.CardState state) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                ICardRegistry.CardStateUnsuitable.selector,
                cardId,
                state,
                ICardRegistry.CardState.Verified
            );
    }
}

contract CardRegistryActivateTest is CardFixture {
    function test_PaysTheHolderFromNow() public {
        uint256 cardId = _encumbered();
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardEncumbranceActivated(cardId, HOLDER, 1);
        vm.prank(HOLDER);
        registry.activate(cardId);

        vm.assertEq(registry.revenueNumber(cardId), 1);
        vm.assertTrue(registry.encumbrance(cardId).active);
        vm.assertEq(ledger.checkpoints(), 1);
        _assertLast(cardId, OWNER, 1, HOLDER);
    }

    function test_GivenCardSoldMeanwhile_SettlesForTheNewOwner() public {
        uint256 cardId = _encumbered();
        vm.prank(OWNER);
        registry.transferFrom(OWNER, BUYER, cardId);
        vm.prank(HOLDER);
        registry.activate(cardId);
        _assertLast(cardId, BUYER, 1, HOLDER);
    }

    function test_RevertWhen_CallerIsNotTheNamedHolder() public {
        uint256 cardId = _encumbered();
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardNotEncumberedBy.selector, cardId, HOLDER, OWNER));
        vm.prank(OWNER);
        registry.activate(cardId);

        uint256 free = _verified();
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardNotEncumberedBy.selector, free, address(0), HOLDER));
        vm.prank(HOLDER);
        registry.activate(free);
    }

    function test_RevertWhen_ActiveAlready() public {
        uint256 cardId = _activated();
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardEncumbranceActive.selector, cardId));
        vm.prank(HOLDER);
        registry.activate(cardId);
    }

    function test_RevertWhen_TermIsOver() public {
        uint256 cardId = _encumbered();
        vm.warp(START + 110 days);
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardTermOver.selector, cardId, START + 110 days));
        vm.prank(HOLDER);
        registry.activate(cardId);

        vm.warp(START + 110 days - 1);
        vm.prank(HOLDER);
        registry.activate(cardId);
        vm.assertTrue(registry.encumbrance(cardId).active);
    }
}

contract CardRegistryReleaseTest is CardFixture {
    function test_GivenNeverActive_FreesTheCardWithoutACheckpoint() public {
        uint256 cardId = _encumbered();
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardEncumbranceEnded(cardId, HOLDER, 2);
        vm.prank(HOLDER);
        registry.release(cardId);

        vm.assertEq(registry.encumbrance(cardId).holder, address(0));
        vm.assertEq(registry.encumbrance(cardId).count, 1);
        vm.assertEq(registry.limits(cardId).termEnd, 0);
        vm.assertFalse(registry.card(cardId).limited);
        vm.assertEq(ledger.checkpoints(), 0);
        vm.assertEq(registry.revenueNumber(cardId), 2);
    }

    function test_GivenOwnerLimits_TheyBindAgain() public {
        uint256 cardId = _verified();
        vm.prank(OWNER);
        registry.setOperator(cardId, NODE, 11, 7, 8);
        _encumber(cardId);
        vm.assertEq(registry.leasingTerms(cardId).floorRate, 1000);
        vm.prank(HOLDER);
        registry.release(cardId);

        vm.assertTrue(registry.card(cardId).limited);
        vm.assertEq(registry.leasingTerms(cardId).floorRate, 7);
        vm.assertEq(registry.leasingTerms(cardId).longestLease, 8 hours);
        vm.assertEq(registry.leasingTerms(cardId).termEnd, 0);
    }

    function test_GivenOneOwnerLimit_ItBindsAgain() public {
        for (uint16 longestHours; longestHours < 2; ++longestHours) {
            uint256 cardId = _verified();
            vm.prank(OWNER);
            registry.setOperator(cardId, NODE, 11, 1 - longestHours, longestHours);
            _encumber(cardId);
            vm.prank(HOLDER);
            registry.release(cardId);
            vm.assertTrue(registry.card(cardId).limited);
            vm.assertEq(registry.leasingTerms(cardId).floorRate, 1 - longestHours);
            vm.assertEq(registry.leasingTerms(cardId).longestLease, longestHours * 1 hours);
        }
    }

    function test_ANumberIsNeverUsedAgain() public {
        uint256 cardId = _encumbered();
        vm.prank(HOLDER);
        registry.release(cardId);
        vm.assertEq(_encumber(cardId), 3);
        vm.assertEq(registry.revenueNumber(cardId), 2);
        vm.prank(OWNER);
        registry.transferFrom(OWNER, BUYER, cardId);
        _assertLast(cardId, OWNER, 2, address(0));
    }

    function test_RevertWhen_CallerIsNotTheNamedHolder() public {
        uint256 cardId = _encumbered();
        vm.expectRevert(
            abi.encodeWithSelector(ICardRegistry.CardNotEncumberedBy.selector, cardId, HOLDER, address(this))
        );
        registry.release(cardId);
    }

    function test_RevertWhen_Active() public {
        uint256 cardId = _activated();
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardEncumbranceActive.selector, cardId));
        vm.prank(HOLDER);
        registry.release(cardId);
    }

    function test_RevertWhen_ReleasedTwice() public {
        uint256 cardId = _encumbered();
        vm.startPrank(HOLDER);
        registry.release(cardId);
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardNotEncumberedBy.selector, cardId, address(0), HOLDER));
        registry.release(cardId);
        vm.stopPrank();
    }
}

contract CardRegistryExpireTest is CardFixture {
    function test_B17_GivenActive_TheHoldersNumberIsFrozen() public {
        uint256 cardId = _activated();
        vm.warp(START + 110 days);
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardEncumbranceEnded(cardId, HOLDER, 2);
        vm.prank(STRANGER);
        registry.expire(cardId);

        _assertLast(cardId, OWNER, 2, address(0));
        vm.assertEq(registry.revenueNumber(cardId), 2);
        vm.assertFalse(registry.encumbrance(cardId).active);
        vm.assertFalse(registry.card(cardId).limited);
        vm.assertEq(
            keccak256(abi.encode(registry.limits(cardId))),
            keccak256(abi.encode(ICardRegistry.Limits(0, 0, 0, 0, 0, 0)))
        );
    }

    function test_GivenNeverActive_NothingIsFrozen() public {
        uint256 cardId = _encumbered();
        vm.warp(START + 110 days);
        registry.expire(cardId);
        vm.assertEq(ledger.checkpoints(), 0);
        vm.assertEq(registry.encumbrance(cardId).holder, address(0));
    }

    function test_I9_NothingChangesBeforeTheCall() public {
        uint256 cardId = _activated();
        vm.warp(START + 500 days);
        vm.assertEq(registry.revenueNumber(cardId), 1);
        vm.prank(OWNER);
        registry.transferFrom(OWNER, BUYER, cardId);
        _assertLast(cardId, OWNER, 1, HOLDER);
    }

    function test_RevertWhen_TermRuns() public {
        uint256 cardId = _activated();
        vm.warp(START + 110 days - 1);
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardTermRunning.selector, cardId, START + 110 days));
        registry.expire(cardId);
    }

    function test_RevertWhen_Free() public {
        uint256 cardId = _verified();
        vm.expectRevert(
            abi.encodeWithSelector(ICardRegistry.CardNotEncumberedBy.selector, cardId, address(0), address(this))
        );
        registry.expire(cardId);
    }

    function test_RevertWhen_ExpiredTwice() public {
        uint256 cardId = _activated();
        vm.warp(START + 110 days);
        registry.expire(cardId);
        vm.expectRevert(
            abi.encodeWithSelector(ICardRegistry.CardNotEncumberedBy.selector, cardId, address(0), address(this))
        );
        registry.expire(cardId);
    }
}
