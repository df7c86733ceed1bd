// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {TimedPause} from "../../../contracts/governance/TimedPause.sol";
import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {IRevenueShare, IRevenueShareFactory} from "../../../contracts/interfaces/IRevenueShare.sol";
import {RevenueShare} from "../../../contracts/revenue/RevenueShare.sol";
import {vm} from "../support/Vm.sol";
import {RevenueFixture} from "./RevenueFixture.sol";

contract RevenueShareFactoryTokenizeTest is RevenueFixture {
    function test_MakesAShareAndEncumbersTheCard() public {
        IRevenueShare.Terms memory terms = _terms();
        address expected = Clones.predictDeterministicAddressWithImmutableArgs(
            factory.implementation(),
            _packed(cardId, 1, terms),
            0,
            address(factory)
        );
        uint40 termEnd = terms.saleEnd + terms.term;
        vm.expectEmit(address(factory));
        emit IRevenueShareFactory.CardTokenized(cardId, OWNER, expected, 1, terms);
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardEncumbranceNamed(cardId, expected, 1, RATE / 2, 100, terms.saleEnd, termEnd);
        IRevenueShare share = _tokenize();

        _equal(address(share), expected, "address");
        _true(factory.isShare(expected), "known");
        _equal(share.cardId(), cardId, "card");
        _equal(share.number(), 1, "number");
        _equal(share.termEnd(), termEnd, "term end");
        _true(keccak256(abi.encode(share.terms())) == keccak256(abi.encode(terms)), "terms");
        _true(share.phase() == IRevenueShare.Phase.Sale, "phase");
        ICardRegistry.Encumbrance memory encumbrance = registry.encumbrance(cardId);
        _equal(encumbrance.holder, address(share), "holder");
        _true(!encumbrance.active, "not paid yet");
    }

    function test_NamesTheShare() public {
        RevenueShare share = RevenueShare(address(_tokenize(_newCard(OWNER, true), _terms())));
        _true(keccak256(bytes(share.name())) == keccak256("Cardflow Revenue Share"), "name");
        _true(keccak256(bytes(share.symbol())) == keccak256("REV-2-1"), "symbol");
        _equal(share.decimals(), 18, "decimals");
        (, string memory name, string memory version, uint256 chain, address verifier, , ) = share.eip712Domain();
        _true(keccak256(bytes(name)) == keccak256("Cardflow Revenue Share"), "domain name");
        _true(keccak256(bytes(version)) == keccak256("1"), "domain version");
        _equal(chain, block.chainid, "domain chain");
        _equal(verifier, address(share), "domain contract");
    }

    /// @dev Terms come back out of the clone's code as they went in, whatever they are.
    function testFuzz_KeepsEveryTerm(IRevenueShare.Terms memory terms, uint256 seed) public {
        terms.supply = uint128(1e18 + (seed % (type(uint80).max - 1e18 + 1)));
        terms.price = uint128(1 + (terms.price % (type(uint128).max / 2)));
        uint256 most = (uint256(terms.price) * terms.supply) / 1e18;
        if (most > type(uint128).max) most = type(uint128).max;
        terms.minimumRaise = uint128(terms.price + (terms.minimumRaise % (most - terms.price + 1)));
        if (terms.promisedRevenue == 0) terms.promisedRevenue = 1;
        terms.floorDecayBps = terms.floorDecayBps % 10_001;
        terms.upfrontBps = terms.upfrontBps % 5_001;
        terms.saleEnd = START + 1 + (terms.saleEnd % 30 days);
        terms.term = 1 days + (terms.term % (1_094 days + 1));
        IRevenueShare share = _tokenize(cardId, terms);
        _true(keccak256(abi.encode(share.terms())) == keccak256(abi.encode(terms)), "terms");
        _equal(share.termEnd(), terms.saleEnd + terms.term, "term end");
        _true(
            keccak256(Clones.fetchCloneArgs(address(share))) == keccak256(_packed(cardId, 1, terms)),
            "90 bytes behind the code"
        );
    }

    function test_ClearsATermThatIsOver() public {
        IRevenueShare first = _over(1 days);
        IRevenueShare next = _tokenize();
        _equal(next.number(), 3, "next number");
        _equal(registry.encumbrance(cardId).holder, address(next), "holder");
        _true(first.phase() == IRevenueShare.Phase.Over, "the first goes on");
    }

    function test_GivenLeasesThatKeepTheTerms() public {
        IRevenueShare.Terms memory terms = _terms();
        terms.term = 1 days;
        // At the floor, in part (333 thousandths of it rounded down), and up to the last second.
        terms.floorRate = RATE + 1;
        _rent(cardId, RATE + 1, 333, 1 hours);
        _rent(cardId, RATE + 1, 125, 11 days);
        _tokenize(cardId, terms);
    }

    function test_B12_RevertWhen_ALeaseIsBelowTheFloor() public {
        IRevenueShare.Terms memory terms = _terms();
        _rent(cardId, RATE, 500, 1 days);
        uint256 leaseId = _rent(cardId, RATE - 2, 500, 1 days);
        terms.floorRate = RATE;
        _refuses(terms, abi.encodeWithSelector(IRevenueShareFactory.TokenizeLeaseInTheWay.selector, cardId, leaseId));
        vm.warp(START + 1 days);
        terms = _terms();
        terms.floorRate = RATE;
        _tokenize(cardId, terms);
    }

    function test_B07_RevertWhen_ALeasePassesTheTerm() public {
        IRevenueShare.Terms memory terms = _terms();
        terms.term = 1 days;
        uint256 leaseId = _rent(cardId, RATE, 1000, 11 days + 1);
        _refuses(terms, abi.encodeWithSelector(IRevenueShareFactory.TokenizeLeaseInTheWay.selector, cardId, leaseId));
    }

    function test_RevertWhen_EightLeasesAndTheLastIsInTheWay() public {
        for (uint256 i = 0; i < 7; ++i) _rent(cardId, RATE, 125, 1 days);
        uint256 leaseId = _rent(cardId, RATE / 2 - 1, 125, 1 days);
        _refuses(
            _terms(),
            abi.encodeWithSelector(IRevenueShareFactory.TokenizeLeaseInTheWay.selector, cardId, leaseId)
        );
    }

    function test_RevertWhen_NotTheOwner() public {
        IRevenueShare.Terms memory terms = _terms();
        vm.prank(OWNER);
        registry.setApprovalForAll(STRANGER, true);
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueShareFactory.TokenizeCallerNotOwner.selector, cardId, OWNER, STRANGER)
        );
        vm.prank(STRANGER);
        factory.tokenize(cardId, terms);
    }

    function test_B27_RevertWhen_TheCardDoesNotExist() public {
        IRevenueShare.Terms memory terms = _terms();
        uint256[3] memory ids = [uint256(0), cardId + 1, type(uint256).max];
        for (uint256 i = 0; i < ids.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, ids[i]));
            vm.prank(OWNER);
            factory.tokenize(ids[i], terms);
        }
    }

    function test_B27_RevertWhen_NotVerified() public {
        cardId = _newCard(OWNER, false);
        _refuses(_terms(), abi.encodeWithSelector(IRevenueShareFactory.TokenizeCardNotVerified.selector, cardId));
    }

    function test_RevertWhen_Retired() public {
        vm.prank(OWNER);
        registry.retire(cardId);
        _refuses(_terms(), abi.encodeWithSelector(IRevenueShareFactory.TokenizeCardNotVerified.selector, cardId));
    }

    function test_B27_RevertWhen_TheBondIsBelowTheMinimum() public {
        vm.prank(operator);
        staking.requestUnstake(cardId, 1_000_000e18 - 1_000e18);
        IRevenueShare.Terms memory terms = _terms();
        vm.prank(operator);
        staking.requestUnstake(cardId, 1);
        _refuses(
            terms,
            abi.encodeWithSelector(IRevenueShareFactory.TokenizeBondBelowMinimum.selector, cardId, operator)
        );
        vm.prank(operator);
        staking.stake(cardId, 1);
        _tokenize(cardId, terms);
    }

    function test_B27_RevertWhen_NoOperator() public {
        vm.prank(OWNER);
        registry.setOperator(cardId, address(0), 0, 0, 0);
        _refuses(
            _terms(),
            abi.encodeWithSelector(IRevenueShareFactory.TokenizeBondBelowMinimum.selector, cardId, address(0))
        );
    }

    function test_RevertWhen_SalesPaused() public {
        factory.pauseSales(START + 1 days);
        _refuses(
            _terms(),
            abi.encodeWithSelector(TimedPause.EntryPaused.selector, bytes32("share sales"), START + 1 days)
        );
        vm.warp(START + 1 days);
        _tokenize();
    }

    function test_RevertWhen_TheFactoryIsRevoked() public {
        registry.setEncumbrancer(address(factory), false);
        _refuses(_terms(), abi.encodeWithSelector(ICardRegistry.EncumbrancerNotAllowed.selector, address(factory)));
    }

    /// @dev The real registry never does this; a share with a wrong number would be owed nothing for ever.
    function test_RevertWhen_TheRegistryGivesAnotherNumber() public {
        ICardRegistry.Encumbrance memory encumbrance = registry.encumbrance(cardId);
        encumbrance.count = 5;
        vm.mockCall(address(registry), abi.encodeCall(ICardRegistry.encumbrance, (cardId)), abi.encode(encumbrance));
        _refuses(
            _terms(),
            abi.encodeWithSelector(IRevenueShareFactory.TokenizeNumberUnexpected.selector, cardId, 1, 11)
        );
    }

    function test_A37_RevertWhen_SupplyOutOfRange() public {
        IRevenueShare.Terms memory terms = _terms();
        uint128[4] memory supplies = [0, 1e18 - 1, 2 ** 80, type(uint128).max];
        for (uint256 i = 0; i < supplies.length; ++i) {
            terms.supply = supplies[i];
            _refuses(
                terms,
                abi.encodeWithSelector(
                    IRevenueShareFactory.TermsSupplyOutOfRange.selector,
                    supplies[i],
                    1e18,
                    2 ** 80 - 1
                )
            );
        }
        terms.supply = 1e18;
        terms.minimumRaise = terms.price;
        _tokenize(cardId, terms);
    }

    function test_RevertWhen_PriceZero() public {
        IRevenueShare.Terms memory terms = _terms();
        terms.price = 0;
        _refuses(terms, abi.encodeWithSelector(IRevenueShareFactory.TermsPriceZero.selector));
    }

    function test_RevertWhen_MinimumRaiseOutOfRange() public {
        IRevenueShare.Terms memory terms = _terms();
        (terms.supply, terms.price) = (1e18 + 1, 3);
        uint128[4] memory raises = [0, 2, 5, type(uint128).max];
        for (uint256 i = 0; i < raises.length; ++i) {
            terms.minimumRaise = raises[i];
            // All of it costs 3.000000000000000003 wei, rounded up.
            _refuses(
                terms,
                abi.encodeWithSelector(IRevenueShareFactory.TermsMinimumRaiseOutOfRange.selector, raises[i], 3, 4)
            );
        }
        terms.minimumRaise = 4;
        IRevenueShare share = _tokenize(cardId, terms);
        _buy(share, investor, 1e18 + 1);
        share.finalise();
        _true(share.phase() == IRevenueShare.Phase.Running, "the most that can be asked can be raised");
    }

    function test_RevertWhen_NothingIsPromised() public {
        IRevenueShare.Terms memory terms = _terms();
        terms.promisedRevenue = 0;
        _refuses(terms, abi.encodeWithSelector(IRevenueShareFactory.TermsPromisedRevenueZero.selector));
    }

    function test_RevertWhen_TooMuchUpfront() public {
        IRevenueShare.Terms memory terms = _terms();
        uint16[2] memory parts = [5_001, type(uint16).max];
        for (uint256 i = 0; i < parts.length; ++i) {
            terms.upfrontBps = parts[i];
            _refuses(
                terms,
                abi.encodeWithSelector(IRevenueShareFactory.TermsUpfrontOutOfRange.selector, parts[i], 5_000)
            );
        }
        terms.upfrontBps = 5_000;
        _tokenize(cardId, terms);
    }

    function test_RevertWhen_SaleEndOutOfRange() public {
        IRevenueShare.Terms memory terms = _terms();
        uint40[4] memory ends = [0, START, START + 30 days + 1, type(uint40).max];
        for (uint256 i = 0; i < ends.length; ++i) {
            terms.saleEnd = ends[i];
            _refuses(
                terms,
                abi.encodeWithSelector(
                    IRevenueShareFactory.TermsSaleEndOutOfRange.selector,
                    ends[i],
                    START + 1,
                    START + 30 days
                )
            );
        }
        terms.saleEnd = START + 30 days;
        _tokenize(cardId, terms);
        terms.saleEnd = START + 1;
        _tokenize(_newCard(OWNER, true), terms);
    }

    function test_A40_RevertWhen_TermOutOfRange() public {
        IRevenueShare.Terms memory terms = _terms();
        uint40[4] memory lengths = [0, 1 days - 1, 1_095 days + 1, type(uint40).max];
        for (uint256 i = 0; i < lengths.length; ++i) {
            terms.term = lengths[i];
            _refuses(
                terms,
                abi.encodeWithSelector(
                    IRevenueShareFactory.TermsTermOutOfRange.selector,
                    lengths[i],
                    1 days,
                    1_095 days
                )
            );
        }
        terms.term = 1_095 days;
        _tokenize(cardId, terms);
    }

    function test_RevertWhen_DecayAboveAll() public {
        IRevenueShare.Terms memory terms = _terms();
        terms.floorDecayBps = 10_001;
        _refuses(terms, abi.encodeWithSelector(ICardRegistry.DecayOutOfRange.selector, 10_001, 10_000));
    }

    function _packed(
        uint256 card,
        uint16 number,
        IRevenueShare.Terms memory terms
    ) private pure returns (bytes memory) {
        return
            bytes.concat(
                abi.encodePacked(uint64(card), number, uint80(terms.supply), terms.saleEnd, terms.term),
                abi.encodePacked(terms.upfrontBps, terms.price, terms.minimumRaise, terms.promisedRevenue),
                abi.encodePacked(terms.floorRate, terms.floorDecayBps)
            );
    }

    function _refuses(IRevenueShare.Terms memory terms, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(OWNER);
        factory.tokenize(cardId, terms);
    }
}
