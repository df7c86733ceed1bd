// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ICardCheckpoint} from "../interfaces/ICardLedger.sol";
import {ICardRegistry} from "../interfaces/ICardRegistry.sol";
import {IComputeDollar} from "../interfaces/IComputeDollar.sol";
import {ILeaseLedger} from "../interfaces/ILeaseLedger.sol";
import {ISupplierStaking} from "../interfaces/ISupplierStaking.sol";
import {SignatureCheck} from "../token/libraries/SignatureCheck.sol";
import {AccountBook} from "./AccountBook.sol";
import {Extensions} from "./Extensions.sol";
import {Header, Place} from "./libraries/CardSlots.sol";
import {LeaseIds} from "./libraries/LeaseIds.sol";
import {LeaseTerms} from "./libraries/LeaseTerms.sol";

/// @title Leases, balances, escrow and the split of rent by the second
/// @notice Keeps I7 (cfUSD held ≥ balances + unspent escrow + uncollected revenue + fees), I8 (per lease paid + refunded =
/// deposited), and with its card book I9 and I13. What accounts have is in the account book, what makes a lease longer in the
/// extensions.
/// @dev Trusts the market to charge what it opens, and cfUSD to have no hooks: no call made here can re-enter, since
/// the only foreign code ever reached, an ERC-1271 check or a price feed, is static and comes before the first write.
contract LeaseLedger is Extensions, ICardCheckpoint, AccessManaged, EIP712, Nonces {
    using LeaseTerms for uint32;
    using SafeERC20 for IERC20;

    uint256 private constant PENALTY_RENT = 24 hours;
    bytes32 private constant WITHDRAWAL_TYPEHASH = keccak256(
        "Withdrawal(address account,uint256 amount,address to,uint256 deadline,uint256 nonce)"
    );

    address private _market;
    address private _minter;
    uint256 private _fees;

    modifier onlyMarket() {
        require(msg.sender == _market, LedgerCallerNotMarket(msg.sender));
        _;
    }

    modifier onlyMinter() {
        require(msg.sender == _minter, LedgerCallerNotMinter(msg.sender));
        _;
    }

    constructor(
        address authority,
        IComputeDollar dollar,
        ICardRegistry registry,
        ISupplierStaking staking
    ) AccountBook(dollar) Extensions(registry, staking) AccessManaged(authority) EIP712("Cardflow Lease Ledger", "1") {}

    /* VIEWS */

    /// @inheritdoc ILeaseLedger
    function collectable(uint256 cardId) external view returns (uint256 fee, uint256 node, uint256 owner) {
        CardRecord storage record = _cards[cardId];
        for (uint256 place; place < PLACES; ++place) {
            if ((record.header.used >> place) & 1 == 0) continue;
            (uint256 placeFee, uint256 placeNode) = _unpaid(record.places[place], record.collected);
            fee += placeFee;
            node += placeNode;
        }
        uint16 number = record.header.number;
        if (number & 1 == 0) owner = _revenueOf(record, number) - record.ownerPaid;
    }

    /// @inheritdoc ILeaseLedger
    function gatheredFees() external view returns (uint256) {
        return _fees;
    }

    /// @inheritdoc ILeaseLedger
    function market() external view returns (address) {
        return _market;
    }

    /// @inheritdoc ILeaseLedger
    function minter() external view returns (address) {
        return _minter;
    }

    /// @inheritdoc ILeaseLedger
    function nonces(address account) public view override(ILeaseLedger, Nonces) returns (uint256) {
        return super.nonces(account);
    }

    /* RENTER */

    /// @inheritdoc ILeaseLedger
    function deposit(address account, uint256 amount, bytes calldata funding) external {
        require(amount != 0, LedgerAmountZero());
        require(account != address(0), LedgerAccountZero());
        uint256 authorised = _draw(msg.sender, funding);
        if (authorised < amount) DOLLAR.safeTransferFrom(msg.sender, address(this), amount - authorised);
        if (authorised > amount) _credit(msg.sender, 0, Credit.Deposit, authorised - amount);
        _credit(account, 0, Credit.Deposit, amount);
    }

    /// @inheritdoc ILeaseLedger
    function stop(uint256 leaseId) external returns (uint40 end, uint256 refund) {
        (uint256 cardId, CardRecord storage record, Place storage spot) = _running(leaseId);
        uint256 oldEnd = spot.end;
        bool byRenter = msg.sender == spot.renter;
        require(byRenter || msg.sender == spot.operator, LeaseCallerNotParty(leaseId, msg.sender));

        uint256 served = byRenter ? spot.terms.minMinutes() * 60 : 1;
        // Neither is above `oldEnd`, which was read from 40 bits.
        end = uint40(Math.min(oldEnd, Math.max(block.timestamp, spot.start + served)));
        refund = spot.rate * (oldEnd - end);
        spot.end = end;
        _endBy(record, spot, end);
        _accounts[spot.renter].balance += uint120(refund);

        uint256 penalty = byRenter ? 0 : _payPenalty(cardId, record, spot, refund);
        emit LeaseStopped(leaseId, msg.sender, end, refund, penalty);
    }

    /* ACCOUNT */

    /// @inheritdoc ILeaseLedger
    function withdraw(uint256 amount, address to) external {
        _withdraw(msg.sender, amount, to);
    }

    /// @inheritdoc ILeaseLedger
    function withdrawBySignature(
        address account,
        uint256 amount,
        address to,
        uint256 deadline,
        bytes calldata signature
    ) external {
        require(block.timestamp <= deadline, LedgerSignatureExpired(deadline));
        bytes32 hash = keccak256(abi.encode(WITHDRAWAL_TYPEHASH, account, amount, to, deadline, nonces(account)));
        require(SignatureCheck.isValid(account, _hashTypedDataV4(hash), signature), LedgerSignatureInvalid(account));
        _useNonce(account);
        _withdraw(account, amount, to);
    }

    /* ANYONE */

    /// @inheritdoc ILeaseLedger
    function collect(uint256 cardId) external {
        _fees += _collect(cardId);
    }

    /// @inheritdoc ILeaseLedger
    function collectMany(uint256[] calldata cardIds) external {
        uint256 fees;
        for (uint256 i; i < cardIds.length; ++i) fees += _collect(cardIds[i]);
        _fees += fees;
    }

    /* REGISTRY */

    /// @inheritdoc ICardCheckpoint
    function checkpoint(
        uint256 cardId,
        address owner,
        uint16 number,
        address holder
    ) external returns (uint256 running) {
        require(msg.sender == address(REGISTRY), LedgerCallerNotRegistry(msg.sender));
        CardRecord storage record = _cards[cardId];
        Header memory header = record.header;
        Survey memory survey = _survey(record, header, address(0));

        _fees += _payOver(cardId, record, header, survey);
        if (header.number & 1 == 0) _payOwner(cardId, record, survey.settled, owner);
        if (number != header.number) {
            record.frozen[header.number] = survey.settled;
            record.payees[number].holder = holder;
            record.ownerPaid = 0;
            emit RevenueNumberChanged(cardId, number, holder, survey.settled);
            survey.settled = 0;
            header.number = number;
        }
        _roll(record, header, survey);
        return survey.running;
    }

    /* MINTER */

    /// @inheritdoc ILeaseLedger
    function spendEarned(address account, uint256 amount) external onlyMinter {
        uint256 earned = _accounts[account].earned;
        require(amount <= earned, LedgerEarnedTooLow(account, earned, amount));
        _accounts[account].earned = uint128(earned - amount);
        emit EarningsSpent(account, amount);
    }

    /// @inheritdoc ILeaseLedger
    function takeFees() external onlyMinter returns (uint256 amount) {
        amount = _fees;
        _fees = 0;
        emit FeesTaken(msg.sender, amount);
        DOLLAR.safeTransfer(msg.sender, amount);
    }

    /* HOLDER OF THE CASH FLOW */

    /// @inheritdoc ILeaseLedger
    function payRevenue(uint256 cardId, uint16 number, bool toWallet, uint256 amount, address account) external {
        CardRecord storage record = _cards[cardId];
        Payee storage payee = record.payees[number];
        (address holder, uint256 paid) = (payee.holder, payee.paid);
        require(msg.sender == holder, LedgerCallerNotHolder(cardId, number, holder, msg.sender));
        uint256 unpaid = _revenueOf(record, number) - paid;
        require(amount <= unpaid, RevenueOverdrawn(cardId, number, unpaid, amount));
        // At most the revenue, which is below 2^95.
        payee.paid = uint96(paid + amount);
        Purse storage to = _accounts[account];
        to.earned += uint128(amount);
        if (!toWallet) to.balance += uint120(amount);
        emit RevenueClaimed(cardId, number, account, amount, toWallet);
        if (toWallet) DOLLAR.safeTransfer(account, amount);
    }

    /* MARKET */

    /// @inheritdoc ILeaseLedger
    function open(Opening calldata opening) external onlyMarket returns (LegRefusal refusal, Opened memory opened) {
        CardRecord storage record = _cards[opening.cardId];
        Header memory header = record.header;
        Survey memory survey = _survey(record, header, opening.operator);
        uint256 holdersRate;
        (refusal, holdersRate) = _prepare(opening, header, survey, opened);
        if (refusal != LegRefusal.None) return (refusal, opened);

        if (survey.over != 0) _fees += _payOver(opening.cardId, record, header, survey);
        (, uint256 place, ) = LeaseIds.decode(opened.leaseId);
        uint256 end = block.timestamp + opening.duration;
        record.places[place].write(
            Place({
                renter: opening.renter,
                rate: opened.rate,
                terms: LeaseTerms.pack(opened.thousandths, opened.feeBps, opening.minMinutes, opening.paidInToken),
                operator: opening.operator,
                start: uint40(block.timestamp),
                end: uint40(end),
                maxHours: opening.maxHours
            })
        );
        header.used |= uint8(1 << place);
        survey.rate += holdersRate;
        survey.nextEnd = Math.min(survey.nextEnd, end);
        _roll(record, header, survey);
        _emitStarted(opening, opened, uint40(end));
    }

    /// @inheritdoc ILeaseLedger
    function charge(
        address payer,
        uint256 amount,
        uint256 minted,
        uint256 submitterFee,
        address submitter,
        bytes calldata funding
    ) external onlyMarket {
        uint256 fromWallet = _charge(payer, amount, minted, funding);
        emit AccountCharged(payer, amount, fromWallet, minted);
        if (submitterFee != 0) _credit(submitter, 0, Credit.MatcherFee, submitterFee);
        if (fromWallet != 0) DOLLAR.safeTransferFrom(payer, address(this), fromWallet);
    }

    /* GOVERNANCE */

    /// @inheritdoc ILeaseLedger
    function setMarket(address market_) external restricted {
        _market = market_;
        emit LedgerMarketSet(market_);
    }

    /// @inheritdoc ILeaseLedger
    function setMinter(address minter_) external restricted {
        _minter = minter_;
        emit LedgerMinterSet(minter_);
    }

    /// @inheritdoc ILeaseLedger
    function setRenterStaking(address renterStaking_) external restricted {
        require(_renterStaking == address(0), LedgerRenterStakingAlreadySet(_renterStaking));
        require(renterStaking_ != address(0), LedgerRenterStakingZero());
        _renterStaking = renterStaking_;
        emit LedgerRenterStakingSet(renterStaking_);
    }

    /* INTERNAL */

    /// @dev Pays node and fee of the leases that are over and frees their places. Fees are returned, not gathered.
    function _payOver(
        uint256 cardId,
        CardRecord storage record,
        Header memory header,
        Survey memory survey
    ) private returns (uint256 fees) {
        if (survey.over == 0) return 0;
        uint256 collected = record.collected;
        for (uint256 place; survey.over >> place != 0; ++place) {
            if ((survey.over >> place) & 1 == 1) fees += _payPlace(cardId, record.places[place], collected);
        }
        header.used &= ~uint8(survey.over);
        if (fees != 0) emit FeesGathered(cardId, fees);
    }

    function _payPlace(uint256 cardId, Place storage spot, uint256 collected) private returns (uint256 fee) {
        uint256 node;
        (fee, node) = _unpaid(spot, collected);
        if (node != 0) _credit(spot.operator, cardId, Credit.Node, node);
    }

    function _payOwner(uint256 cardId, CardRecord storage record, uint256 revenue, address owner) private {
        uint256 due = revenue - record.ownerPaid;
        if (due == 0) return;
        record.ownerPaid = uint96(revenue); // below 2^95
        _credit(owner, cardId, Credit.Owner, due);
    }

    function _collect(uint256 cardId) private returns (uint256 fees) {
        CardRecord storage record = _cards[cardId];
        Header memory header = record.header;
        Survey memory survey = _survey(record, header, address(0));
        if (header.used != 0) {
            uint256 collected = record.collected;
            for (uint256 place; header.used >> place != 0; ++place) {
                if ((header.used >> place) & 1 == 1) fees += _payPlace(cardId, record.places[place], collected);
            }
            record.collected = uint40(block.timestamp);
        }
        if (header.number & 1 == 0 && survey.settled != record.ownerPaid) {
            _payOwner(cardId, record, survey.settled, REGISTRY.ownerOf(cardId));
        }
        if (survey.over != 0) {
            header.used &= ~uint8(survey.over);
            _roll(record, header, survey);
        }
        emit CardCollected(cardId, uint40(block.timestamp), fees);
    }

    /// @dev Pays the renter of a lease that its operator stopped: min(10 % of its remaining rent, 24 h of its rent).
    function _payPenalty(
        uint256 cardId,
        CardRecord storage record,
        Place storage spot,
        uint256 remaining
    ) private returns (uint256) {
        uint256 owed = Math.min(remaining / 10, spot.rate * PENALTY_RENT);
        if (owed == 0) return 0;
        uint256 others = _operatorRateOf(record, spot.operator);
        if (spot.end > block.timestamp) others -= spot.rate; // stopped in the second it began: its last second still runs
        return STAKING.payStopPenalty(cardId, spot.operator, owed, others, spot.renter);
    }

    function _emitStarted(Opening calldata opening, Opened memory opened, uint40 end) private {
        emit LeaseStarted(
            opened.leaseId,
            opening.cardId,
            opening.renter,
            opening.operator,
            opened.rate,
            opened.thousandths,
            opened.feeBps,
            opening.paidInToken,
            end,
            opening.minMinutes,
            opening.maxHours,
            opening.accessKeyHash
        );
    }
}
