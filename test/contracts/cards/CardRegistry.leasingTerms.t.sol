// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {CardFixture} from "../support/CardFixture.sol";
import {vm} from "../support/Vm.sol";

contract CardRegistryLeasingTermsTest is CardFixture {
    uint256 private constant PERIOD = 30 days;

    function test_GivenNoLimits_OnlyCardAndBond() public {
        ICardRegistry.LeaseTerms memory terms = registry.leasingTerms(_verified());
        vm.assertTrue(terms.card.state == ICardRegistry.CardState.Verified);
        vm.assertEq(terms.card.operator, NODE);
        vm.assertEq(terms.minimumBond, MINIMUM_BOND);
        vm.assertEq(terms.floorRate, 0);
        vm.assertEq(terms.longestLease, 0);
        vm.assertEq(terms.termEnd, 0);
        vm.assertFalse(terms.termOver);
    }

    function test_GivenUnknownCard_SaysSoWithoutARevert() public view {
        ICardRegistry.LeaseTerms memory terms = registry.leasingTerms(type(uint256).max);
        vm.assertTrue(terms.card.state == ICardRegistry.CardState.None);
        vm.assertEq(terms.card.operator, address(0));
        vm.assertEq(terms.termEnd, 0);
    }

    function test_GivenLargestLimits_Fit() public {
        vm.prank(OWNER);
        uint256 cardId = registry.register(_limitedTo(type(uint64).max, type(uint16).max));
        ICardRegistry.LeaseTerms memory terms = registry.leasingTerms(cardId);
        vm.assertEq(terms.floorRate, type(uint64).max);
        vm.assertEq(terms.longestLease, 65_535 * 3600);
    }

    function test_B07_TheTermEndIsTold() public {
        uint256 cardId = _encumbered();
        vm.assertEq(registry.leasingTerms(cardId).termEnd, START + 110 days);
        vm.warp(START + 110 days - 1);
        vm.assertFalse(registry.leasingTerms(cardId).termOver);
        vm.warp(START + 110 days);
        vm.assertTrue(registry.leasingTerms(cardId).termOver);
        vm.assertEq(registry.leasingTerms(cardId).termEnd, START + 110 days);
    }

    function test_B12_TheFloorBindsFromTheNamingToTheEnd() public {
        uint256 cardId = _verified();
        vm.prank(OWNER);
        registry.setOperator(cardId, NODE, 11, 3, 0);
        vm.assertEq(registry.leasingTerms(cardId).floorRate, 3);
        _encumber(cardId);

        vm.assertEq(registry.leasingTerms(cardId).floorRate, 1000);
        vm.warp(START + 10 days + 30 days - 1);
        vm.assertEq(registry.leasingTerms(cardId).floorRate, 1000);
        vm.warp(START + 10 days + 30 days);
        vm.assertEq(registry.leasingTerms(cardId).floorRate, 900);
        vm.warp(START + 10 days + 90 days);
        vm.assertEq(registry.leasingTerms(cardId).floorRate, 729);
        vm.warp(START + 110 days - 1);
        vm.assertEq(registry.leasingTerms(cardId).floorRate, 729);
        vm.warp(START + 110 days);
        vm.assertEq(registry.leasingTerms(cardId).floorRate, 3);
    }

    /// @dev A floor of the owner does not keep renters from a card whose rent it has sold; how long a lease may be still does.
    function test_B12_TheTermsFloorReplacesAHigherOneToo() public {
        uint256 cardId = _verified();
        _encumber(cardId);
        vm.prank(OWNER);
        registry.setOperator(cardId, NODE, 11, type(uint64).max, 5);
        vm.assertEq(registry.leasingTerms(cardId).floorRate, 1000);
        vm.assertEq(registry.leasingTerms(cardId).longestLease, 5 hours);
        vm.warp(START + 110 days);
        vm.assertEq(registry.leasingTerms(cardId).floorRate, type(uint64).max);
    }

    /// @dev Figures of a calculation elsewhere: 36 floorings of f · 9667 / 10 000, and of f · 9 / 10.
    function test_GivenTheLongestTerm_TheFloorIsFlooredEachPeriod() public {
        (uint256 a, uint256 b) = (_verified(), _verified());
        registry.encumber(a, HOLDER, 123_456_789_012, 333, START, START + 1110 days);
        registry.encumber(b, HOLDER, 1000, 1000, START, START + 1110 days);
        vm.warp(START + 1110 days - 1);
        vm.assertEq(registry.leasingTerms(a).floorRate, 36_476_809_613);
        vm.assertEq(registry.leasingTerms(b).floorRate, 18);
    }

    function test_GivenTotalDecay_TheFloorIsGoneAfterAPeriod() public {
        uint256 cardId = _verified();
        registry.encumber(cardId, HOLDER, type(uint64).max, 10_000, START, START + 1110 days);
        vm.warp(START + PERIOD - 1);
        vm.assertEq(registry.leasingTerms(cardId).floorRate, type(uint64).max);
        vm.warp(START + PERIOD);
        vm.assertEq(registry.leasingTerms(cardId).floorRate, 0);
    }

    /// @dev Each period's floor g after f is the one integer with g · 10 000 ≤ f · (10 000 − decay) < (g + 1) · 10 000.
    function testFuzz_FloorFallsByTheDecayOncePerPeriod(uint64 floorRate, uint16 decay, uint32 wait) public {
        uint256 decayBps = decay % 10_001;
        uint256 saleEnd = START + (wait % 30 days);
        uint256 cardId = _verified();
        registry.encumber(cardId, HOLDER, floorRate, uint16(decayBps), uint40(saleEnd), uint40(saleEnd + 1110 days));
        uint256 before = registry.leasingTerms(cardId).floorRate;
        vm.assertEq(before, floorRate);

        for (uint256 n = 1; n < 37; ++n) {
            vm.warp(saleEnd + n * PERIOD - 1);
            vm.assertEq(registry.leasingTerms(cardId).floorRate, before);
            vm.warp(saleEnd + n * PERIOD);
            uint256 next = registry.leasingTerms(cardId).floorRate;
            vm.assertLe(next * 10_000, before * (10_000 - decayBps));
            vm.assertGt((next + 1) * 10_000, before * (10_000 - decayBps));
            before = next;
        }
    }

    /// @dev What an extension asks for says the same in fewer words: of owner and term, before, in and after the term.
    function testFuzz_LimitsAreThoseOfTheTerms(uint64 floorRate, uint16 hours_, uint64 termFloor, uint32 wait) public {
        vm.prank(OWNER);
        uint256 cardId = registry.register(_limitedTo(floorRate, hours_));
        _assertSameLimits(cardId);
        registry.verify(cardId, keccak256(abi.encode(cardId)));
        registry.encumber(cardId, HOLDER, termFloor, 333, START + 10 days, START + 110 days);
        _assertSameLimits(cardId);
        vm.warp(START + (wait % 120 days));
        _assertSameLimits(cardId);
        vm.warp(START + 110 days);
        _assertSameLimits(cardId);
    }

    function _assertSameLimits(uint256 cardId) private view {
        ICardRegistry.LeaseTerms memory terms = registry.leasingTerms(cardId);
        (uint256 minimumBond, uint256 floorRate, uint256 longestLease, uint256 termEnd) = registry.leaseLimits(cardId);
        vm.assertEq(minimumBond, terms.minimumBond);
        vm.assertEq(floorRate, terms.floorRate);
        vm.assertEq(longestLease, terms.longestLease);
        vm.assertEq(termEnd, terms.termOver ? 0 : terms.termEnd);
    }
}

contract CardRegistryUserOfTest is CardFixture {
    bytes4 private constant ERC4907 = 0xad092b5c;

    function test_TellsTheRenterOfTheWholeCard() public {
        uint256 cardId = _verified();
        vm.assertEq(registry.userOf(cardId), address(0));
        vm.assertEq(registry.userExpires(cardId), 0);
        ledger.setWholeCardLease(cardId, BUYER, START + 5);
        vm.assertEq(registry.userOf(cardId), BUYER);
        vm.assertEq(registry.userExpires(cardId), START + 5);
    }

    function test_ClaimsERC721AndNotTheWritingSideOfERC4907() public view {
        vm.assertTrue(registry.supportsInterface(0x80ac58cd));
        vm.assertTrue(registry.supportsInterface(0x5b5e139f));
        vm.assertTrue(registry.supportsInterface(0x01ffc9a7));
        vm.assertFalse(registry.supportsInterface(ERC4907));
        vm.assertFalse(registry.supportsInterface(0xffffffff));
        vm.assertEq(registry.name(), "Cardflow Card");
        vm.assertEq(registry.symbol(), "CARDFLOW");
    }
}
