// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {ICardRegistry} from "../interfaces/ICardRegistry.sol";
import {IComputeDollar} from "../interfaces/IComputeDollar.sol";
import {IDollarMinter} from "../interfaces/IDollarMinter.sol";
import {ILeaseLedger} from "../interfaces/ILeaseLedger.sol";
import {ISupplierStaking} from "../interfaces/ISupplierStaking.sol";
import {CardBook} from "./CardBook.sol";
import {Place} from "./libraries/CardSlots.sol";
import {LeaseTerms} from "./libraries/LeaseTerms.sol";
import {TokenRent} from "./libraries/TokenRent.sol";

/// @title Leases that last longer
/// @notice Extending and its preview run the same checks. Keeps I15 for what is added: the rate of the lease is at least the floor
/// of the second in which it is extended, and no limit of ask, owner or term is passed. Needs no market.
/// @dev CARD is burned and cfUSD authorised for nobody but the caller.
abstract contract Extensions is CardBook {
    using LeaseTerms for uint32;
    using SafeERC20 for IERC20;

    uint32 private constant LEAST_EXTENSION = 60;

    ICardRegistry internal immutable REGISTRY;
    ISupplierStaking internal immutable STAKING;

    constructor(ICardRegistry registry, ISupplierStaking staking) {
        REGISTRY = registry;
        STAKING = staking;
    }

    /* VIEWS */

    /// @inheritdoc ILeaseLedger
    function previewExtend(
        uint256 leaseId,
        uint32 added,
        address payer
    ) external view returns (LegRefusal refusal, PaymentRefusal payment, uint256 paid, uint256 tokenIn) {
        Place storage spot;
        (refusal, spot, ) = _planExtension(leaseId, added);
        paid = uint256(spot.rate) * added;
        IDollarMinter burner = _burnerOf(spot.terms);
        if (address(burner) != address(0)) {
            (payment, tokenIn) = TokenRent.preview(burner, burner.token(), payer, paid, type(uint256).max);
        } else if (_accounts[payer].balance + DOLLAR.balanceOf(payer) < paid) {
            payment = PaymentRefusal.FundsTooLow;
        }
    }

    /* ANYONE */

    /// @inheritdoc ILeaseLedger
    function extendBy(
        uint256 leaseId,
        uint32 added,
        uint256 maxTokenIn,
        bytes calldata funding
    ) external returns (uint40 end) {
        LegRefusal refusal;
        Place storage spot;
        (refusal, spot, end) = _planExtension(leaseId, added);
        require(refusal == LegRefusal.None, ExtensionRefused(leaseId, refusal));

        uint256 paid = uint256(spot.rate) * added;
        uint256 minted;
        IDollarMinter burner = _burnerOf(spot.terms);
        if (address(burner) != address(0)) {
            minted = _burn(burner, paid, maxTokenIn, funding);
            funding = funding[:0];
        }
        uint256 fromWallet = _charge(msg.sender, paid, minted, funding);
        spot.end = end;
        emit LeaseExtended(leaseId, end, msg.sender, paid, fromWallet, minted);
        if (fromWallet != 0) DOLLAR.safeTransferFrom(msg.sender, address(this), fromWallet);
    }

    /* INTERNAL */

    /// @dev A running lease, when it would end, and what speaks against it.
    function _planExtension(
        uint256 leaseId,
        uint32 added
    ) private view returns (LegRefusal refusal, Place storage spot, uint40 end) {
        require(added >= LEAST_EXTENSION, ExtensionTooShort(added, LEAST_EXTENSION));
        uint256 cardId;
        CardRecord storage record;
        (cardId, record, spot) = _running(leaseId);
        end = spot.end + added;
        refusal = _checkExtension(cardId, record, spot, end);
    }

    function _checkExtension(
        uint256 cardId,
        CardRecord storage record,
        Place storage spot,
        uint256 end
    ) private view returns (LegRefusal) {
        uint256 duration = end - spot.start;
        if (duration > uint256(spot.maxHours) * 1 hours) return LegRefusal.DurationAboveAsk;

        (uint256 minimumBond, uint256 floorRate, uint256 longestLease, uint256 termEnd) = REGISTRY.leaseLimits(cardId);
        (uint256 rate, uint256 thousandths) = (spot.rate, spot.terms.thousandths());
        if (rate < (floorRate * thousandths) / THOUSANDTHS) return LegRefusal.RateBelowFloor;
        if (longestLease != 0 && duration > longestLease) return LegRefusal.DurationAboveOwnerLimit;
        if (termEnd != 0 && end > termEnd) return LegRefusal.TermEndPassed;

        (bool meetsMinimum, uint256 coveredRate) = STAKING.bondCoverage(cardId, spot.operator, minimumBond);
        if (!meetsMinimum) return LegRefusal.BondBelowMinimum;
        // Beside a lease of the whole card no other runs (I13).
        if (thousandths != THOUSANDTHS) rate = _operatorRateOf(record, spot.operator);
        return rate > coveredRate ? LegRefusal.BondTooSmall : LegRefusal.None;
    }

    /// @dev Burns CARD of the caller for `due` cfUSD-wei.
    function _burn(
        IDollarMinter burner,
        uint256 due,
        uint256 maxTokenIn,
        bytes calldata funding
    ) private returns (uint256 minted) {
        (minted, ) = TokenRent.burn({
            minter: burner,
            token: burner.token(),
            ledger: address(this),
            payer: msg.sender,
            due: due,
            maxTokenIn: maxTokenIn,
            funding: funding
        });
    }

    /// @dev Who burns CARD for a lease paid in CARD: cfUSD's own minter, since what it says it minted is money anyway. Zero for other
    /// leases, and while nothing can be minted (the mint is halted, or there is no minter): then cfUSD pays.
    function _burnerOf(uint32 terms) private view returns (IDollarMinter burner) {
        if (!terms.paidInToken()) return IDollarMinter(address(0));
        burner = IDollarMinter(IComputeDollar(address(DOLLAR)).minter());
        if (address(burner) != address(0) && burner.mintHalted()) return IDollarMinter(address(0));
    }
}
