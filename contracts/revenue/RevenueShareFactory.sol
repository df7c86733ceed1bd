// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {TimedPause} from "../governance/TimedPause.sol";
import {ICardRegistry} from "../interfaces/ICardRegistry.sol";
import {ILeaseLedger} from "../interfaces/ILeaseLedger.sol";
import {IRevenueShare, IRevenueShareFactory} from "../interfaces/IRevenueShare.sol";
import {ISupplierStaking} from "../interfaces/ISupplierStaking.sol";
import {RevenueShare} from "./RevenueShare.sol";
import {ShareTerms} from "./libraries/ShareTerms.sol";

/// @title Factory of revenue shares
/// @dev An allowed encumbrancer of the registry, which refuses a card that is encumbered and clears a term that is over. It keeps no list: a share's address follows from the factory, the
/// implementation and the share's own terms. The manager can only pause sales here, for a stated time; claims never ask it (I21).
contract RevenueShareFactory is IRevenueShareFactory, AccessManaged {
    using TimedPause for TimedPause.State;

    bytes32 private constant SALES = "share sales";
    uint40 private constant LONGEST_PAUSE = 7 days;
    uint40 private constant LONGEST_SALE = 30 days;
    uint40 private constant SHORTEST_TERM = 1 days;
    uint40 private constant LONGEST_TERM = 3 * 365 days;
    uint16 private constant MOST_UPFRONT_BPS = 5_000;
    uint256 private constant SHARE = 1e18;
    uint256 private constant THOUSANDTHS = 1_000;
    /// @dev A card and number make one share, so its code makes the address unique without a salt.
    bytes32 private constant SALT = 0;

    ICardRegistry private immutable REGISTRY;
    ISupplierStaking private immutable STAKING;
    ILeaseLedger private immutable LEDGER;
    address private immutable IMPLEMENTATION;

    TimedPause.State private _salesPause;

    constructor(
        address authority,
        ICardRegistry registry,
        ISupplierStaking staking,
        ILeaseLedger ledger,
        IERC20 token
    ) AccessManaged(authority) {
        REGISTRY = registry;
        STAKING = staking;
        LEDGER = ledger;
        IMPLEMENTATION = address(new RevenueShare(registry, ledger, token, this));
    }

    /* VIEWS */

    /// @inheritdoc IRevenueShareFactory
    function implementation() external view returns (address) {
        return IMPLEMENTATION;
    }

    /// @inheritdoc IRevenueShareFactory
    function isShare(address share) public view returns (bool) {
        if (share.code.length != ShareTerms.CODE + ShareTerms.LENGTH) return false;
        bytes memory args = Clones.fetchCloneArgs(share);
        return share == Clones.predictDeterministicAddressWithImmutableArgs(IMPLEMENTATION, args, SALT);
    }

    /// @inheritdoc IRevenueShareFactory
    function salesPausedUntil() external view returns (uint40) {
        return _salesPause.until;
    }

    /* OWNER */

    /// @inheritdoc IRevenueShareFactory
    function tokenize(uint256 cardId, IRevenueShare.Terms calldata terms) external returns (address share) {
        _salesPause.requireOpen(SALES);
        _requireTerms(terms);
        _requireCard(cardId);
        uint40 termEnd = terms.saleEnd + terms.term;
        _requireLeases(cardId, terms.floorRate, termEnd);

        // The number belongs to the share's code, so it must be known before the share can be named.
        uint16 number = 2 * REGISTRY.encumbrance(cardId).count + 1;
        bytes memory args = ShareTerms.pack(cardId, number, terms);
        share = Clones.cloneDeterministicWithImmutableArgs(IMPLEMENTATION, args, SALT);
        emit CardTokenized(cardId, msg.sender, share, number, terms);

        uint16 given = REGISTRY.encumber(cardId, share, terms.floorRate, terms.floorDecayBps, terms.saleEnd, termEnd);
        require(given == number, TokenizeNumberUnexpected(cardId, given, number));
    }

    /* INVESTOR */

    /// @inheritdoc IRevenueShareFactory
    function claimMany(address[] calldata shares) external returns (uint256 amount) {
        for (uint256 i = 0; i < shares.length; ++i) {
            require(isShare(shares[i]), ShareUnknown(shares[i]));
            amount += IRevenueShare(shares[i]).claimToWallet(msg.sender);
        }
    }

    /* GOVERNANCE */

    /// @inheritdoc IRevenueShareFactory
    function pauseSales(uint40 until) external restricted {
        _salesPause.begin(SALES, until, LONGEST_PAUSE);
    }

    /* INTERNAL */

    function _requireTerms(IRevenueShare.Terms calldata terms) private view {
        uint256 supply = terms.supply;
        require(supply >= SHARE && supply <= type(uint80).max, TermsSupplyOutOfRange(supply, SHARE, type(uint80).max));
        require(terms.price > 0, TermsPriceZero());
        uint256 costOfAll = Math.mulDiv(supply, terms.price, SHARE, Math.Rounding.Ceil);
        require(
            terms.minimumRaise >= terms.price && terms.minimumRaise <= costOfAll,
            TermsMinimumRaiseOutOfRange(terms.minimumRaise, terms.price, costOfAll)
        );
        require(terms.promisedRevenue > 0, TermsPromisedRevenueZero());
        require(terms.upfrontBps <= MOST_UPFRONT_BPS, TermsUpfrontOutOfRange(terms.upfrontBps, MOST_UPFRONT_BPS));
        uint40 nowSeconds = uint40(block.timestamp);
        require(
            terms.saleEnd > nowSeconds && terms.saleEnd <= nowSeconds + LONGEST_SALE,
            TermsSaleEndOutOfRange(terms.saleEnd, nowSeconds + 1, nowSeconds + LONGEST_SALE)
        );
        require(
            terms.term >= SHORTEST_TERM && terms.term <= LONGEST_TERM,
            TermsTermOutOfRange(terms.term, SHORTEST_TERM, LONGEST_TERM)
        );
    }

    function _requireCard(uint256 cardId) private view {
        address owner = REGISTRY.ownerOf(cardId);
        require(owner == msg.sender, TokenizeCallerNotOwner(cardId, owner, msg.sender));
        ICardRegistry.LeaseTerms memory now_ = REGISTRY.leasingTerms(cardId);
        require(now_.card.state == ICardRegistry.CardState.Verified, TokenizeCardNotVerified(cardId));
        address operator = now_.card.operator;
        (bool meetsMinimum, ) = STAKING.bondCoverage(cardId, operator, now_.minimumBond);
        require(meetsMinimum, TokenizeBondBelowMinimum(cardId, operator));
    }

    /// @dev At most eight leases run on a card.
    function _requireLeases(uint256 cardId, uint256 floorRate, uint40 termEnd) private view {
        uint256[] memory leaseIds = LEDGER.runningLeases(cardId);
        for (uint256 i = 0; i < leaseIds.length; ++i) {
            ILeaseLedger.Lease memory lease = LEDGER.lease(leaseIds[i]);
            uint256 least = (floorRate * lease.thousandths) / THOUSANDTHS;
            require(lease.rate >= least && lease.end <= termEnd, TokenizeLeaseInTheWay(cardId, leaseIds[i]));
        }
    }
}
