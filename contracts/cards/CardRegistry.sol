// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {TimedPause} from "../governance/TimedPause.sol";
import {ICardCheckpoint, ICardUse} from "../interfaces/ICardLedger.sol";
import {ICardRegistry} from "../interfaces/ICardRegistry.sol";
import {CardCatalogue} from "./CardCatalogue.sol";

/// @title Cards: what exists, who owns it, which node runs it
/// @notice Keeps one encumbrance per card (I13) and the number under which the ledger counts a card's revenue, so that
/// what accrued belongs to who held the cash flow when it accrued (I9).
/// @dev Assumes that the ledger's `checkpoint` never reverts for this contract, so a card can always change hands, that an
/// encumbrancer asks the card's owner before it encumbers a card, and that whoever verifies has seen the card.
contract CardRegistry is ERC721, CardCatalogue {
    using TimedPause for TimedPause.State;

    uint256 private constant BPS = 10_000;
    uint16 private constant DECAY_LIMIT = 10_000;
    /// @dev Encumbrance k has the revenue numbers 2k − 1 and 2k, which must fit 16 bits.
    uint16 private constant ENCUMBRANCES_LIMIT = type(uint16).max / 2;
    uint40 private constant DECAY_PERIOD = 30 days;
    /// @dev 37 periods of decay, a little above three years.
    uint40 private constant LONGEST_TERM = 1110 days;
    uint40 private constant LONGEST_PAUSE = 7 days;
    bytes32 private constant REGISTRATION = "registration";

    mapping(uint256 cardId => Card) private _cards;
    mapping(uint256 cardId => Limits) private _limits;
    mapping(uint256 cardId => Encumbrance) private _encumbrances;
    mapping(uint256 cardId => bytes32 deviceId) private _deviceOf;
    mapping(bytes32 deviceId => uint256 cardId) private _cardOfDevice;
    mapping(address encumbrancer => bool allowed) private _isEncumbrancer;
    uint256 private _cardCount;
    TimedPause.State private _registrationPause;
    address private _ledger;

    constructor(address authority) ERC721("Cardflow Card", "CARDFLOW") AccessManaged(authority) {}

    /* VIEWS */

    /// @inheritdoc ICardRegistry
    function card(uint256 cardId) external view returns (Card memory) {
        return _cards[cardId];
    }

    /// @inheritdoc ICardRegistry
    function limits(uint256 cardId) external view returns (Limits memory) {
        return _limits[cardId];
    }

    /// @inheritdoc ICardRegistry
    function encumbrance(uint256 cardId) external view returns (Encumbrance memory) {
        return _encumbrances[cardId];
    }

    /// @inheritdoc ICardRegistry
    function revenueNumber(uint256 cardId) external view returns (uint16 number) {
        (number, ) = _cashFlow(cardId);
    }

    /// @inheritdoc ICardRegistry
    function leasingTerms(uint256 cardId) external view returns (LeaseTerms memory terms) {
        terms.card = _cards[cardId];
        terms.minimumBond = _models[terms.card.model].minimumBond;
        if (!terms.card.limited) return terms;

        Limits memory limits_ = _limits[cardId];
        terms.longestLease = uint32(limits_.longestHours) * 1 hours;
        terms.termEnd = limits_.termEnd;
        terms.termOver = _isOver(limits_.termEnd);
        terms.floorRate = _floorRate(limits_);
    }

    /// @inheritdoc ICardRegistry
    function leaseLimits(
        uint256 cardId
    ) external view returns (uint256 minimumBond, uint256 floorRate, uint256 longestLease, uint256 termEnd) {
        Card storage card_ = _cards[cardId];
        minimumBond = _models[card_.model].minimumBond;
        if (!card_.limited) return (minimumBond, 0, 0, 0);

        Limits memory limits_ = _limits[cardId];
        longestLease = uint256(limits_.longestHours) * 1 hours;
        termEnd = _isOver(limits_.termEnd) ? 0 : limits_.termEnd;
        floorRate = _floorRate(limits_);
    }

    /// @inheritdoc ICardRegistry
    function minimumBondOf(uint256 cardId) external view returns (uint256) {
        return _models[_cards[cardId].model].minimumBond;
    }

    /// @inheritdoc ICardRegistry
    function cardOfDevice(bytes32 deviceId) external view returns (uint256) {
        return _cardOfDevice[deviceId];
    }

    /// @inheritdoc ICardRegistry
    function deviceOf(uint256 cardId) external view returns (bytes32) {
        return _deviceOf[cardId];
    }

    /// @inheritdoc ICardRegistry
    function cardCount() external view returns (uint256) {
        return _cardCount;
    }

    /// @inheritdoc ICardRegistry
    function isEncumbrancer(address account) external view returns (bool) {
        return _isEncumbrancer[account];
    }

    /// @inheritdoc ICardRegistry
    function ledger() external view returns (address) {
        return _ledger;
    }

    /// @inheritdoc ICardRegistry
    function registrationPausedUntil() external view returns (uint40) {
        return _registrationPause.until;
    }

    /// @inheritdoc ICardRegistry
    function userOf(uint256 cardId) external view returns (address renter) {
        (renter, ) = _use(cardId);
    }

    /// @inheritdoc ICardRegistry
    function userExpires(uint256 cardId) external view returns (uint256 end) {
        (, end) = _use(cardId);
    }

    /* OWNER */

    /// @inheritdoc ICardRegistry
    function register(Registration calldata registration) external returns (uint256 cardId) {
        _registrationPause.requireOpen(REGISTRATION);
        cardId = ++_cardCount;
        _register(cardId, registration);
    }

    /// @inheritdoc ICardRegistry
    function registerMany(Registration[] calldata registrations) external returns (uint256 firstCardId) {
        _registrationPause.requireOpen(REGISTRATION);
        require(registrations.length != 0, RegistrationEmpty());

        firstCardId = _cardCount + 1;
        _cardCount += registrations.length;
        for (uint256 i = 0; i < registrations.length; ++i) _register(firstCardId + i, registrations[i]);
    }

    /// @inheritdoc ICardRegistry
    function setOperator(
        uint256 cardId,
        address operator,
        uint32 hostId,
        uint64 floorRate,
        uint16 longestHours
    ) external {
        _requireOwner(cardId);
        _requireNotRetired(cardId);
        _changeOperator(cardId, operator, hostId, floorRate, longestHours);
    }

    /// @inheritdoc ICardRegistry
    function retire(uint256 cardId) external {
        _requireOwner(cardId);
        _requireNotRetired(cardId);
        _requireUnencumbered(cardId);
        uint256 running = _settle(cardId, msg.sender);
        require(running == 0, CardHasRunningLeases(cardId, running));

        Card storage card_ = _cards[cardId];
        card_.state = CardState.Retired;
        emit CardRetired(cardId, ++card_.epoch);
    }

    /* HOLDER OF THE CASH FLOW */

    /// @inheritdoc ICardRegistry
    function encumber(
        uint256 cardId,
        address holder,
        uint64 floorRate,
        uint16 decayBps,
        uint40 saleEnd,
        uint40 termEnd
    ) external returns (uint16 number) {
        require(_isEncumbrancer[msg.sender], EncumbrancerNotAllowed(msg.sender));
        require(_ledger != address(0), CardLedgerZero());
        require(holder != address(0), CardHolderZero(cardId));
        _requireState(cardId, CardState.Verified);
        require(decayBps <= DECAY_LIMIT, DecayOutOfRange(decayBps, DECAY_LIMIT));
        require(
            saleEnd >= block.timestamp && termEnd > saleEnd && termEnd - saleEnd <= LONGEST_TERM,
            CardTermInvalid(saleEnd, termEnd)
        );
        _requireUnencumbered(cardId);

        Encumbrance storage encumbrance_ = _encumbrances[cardId];
        require(encumbrance_.count < ENCUMBRANCES_LIMIT, CardEncumbrancesExhausted(cardId));
        uint16 count = encumbrance_.count + 1;
        number = 2 * count - 1;
        (encumbrance_.holder, encumbrance_.count) = (holder, count);
        Limits storage limits_ = _limits[cardId];
        (limits_.termFloorRate, limits_.decayBps) = (floorRate, decayBps);
        (limits_.saleEnd, limits_.termEnd) = (saleEnd, termEnd);
        _cards[cardId].limited = true;

        emit CardEncumbranceNamed(cardId, holder, number, floorRate, decayBps, saleEnd, termEnd);
    }

    /// @inheritdoc ICardRegistry
    function activate(uint256 cardId) external {
        Encumbrance storage encumbrance_ = _requireNamedHolder(cardId);
        uint40 termEnd = _limits[cardId].termEnd;
        require(!_isOver(termEnd), CardTermOver(cardId, termEnd));

        encumbrance_.active = true;
        uint16 number = 2 * encumbrance_.count - 1;

        emit CardEncumbranceActivated(cardId, msg.sender, number);
        _checkpoint({cardId: cardId, owner: _ownerOf(cardId), number: number, holder: msg.sender});
    }

    /// @inheritdoc ICardRegistry
    function release(uint256 cardId) external {
        _requireNamedHolder(cardId);
        _free(cardId);
    }

    /* ANYONE */

    /// @inheritdoc ICardRegistry
    function expire(uint256 cardId) external {
        address holder = _encumbrances[cardId].holder;
        require(holder != address(0), CardNotEncumberedBy(cardId, holder, msg.sender));
        uint40 termEnd = _limits[cardId].termEnd;
        require(_isOver(termEnd), CardTermRunning(cardId, termEnd));
        _free(cardId);
    }

    /* GOVERNANCE */

    /// @inheritdoc ICardRegistry
    function verify(uint256 cardId, bytes32 deviceId) external restricted {
        _verify(cardId, deviceId);
    }

    /// @inheritdoc ICardRegistry
    function verifyMany(uint256[] calldata cardIds, bytes32[] calldata deviceIds) external restricted {
        require(cardIds.length == deviceIds.length, DeviceArraysDiffer(cardIds.length, deviceIds.length));
        for (uint256 i = 0; i < cardIds.length; ++i) _verify(cardIds[i], deviceIds[i]);
    }

    /// @inheritdoc ICardRegistry
    function setEncumbrancer(address encumbrancer, bool allowed) external restricted {
        _isEncumbrancer[encumbrancer] = allowed;
        emit EncumbrancerSet(encumbrancer, allowed);
    }

    /// @inheritdoc ICardRegistry
    function setLedger(address ledger_) external restricted {
        require(_ledger == address(0), CardLedgerAlreadySet(_ledger));
        require(ledger_ != address(0), CardLedgerZero());
        _ledger = ledger_;
        emit CardLedgerSet(ledger_);
    }

    /// @inheritdoc ICardRegistry
    function pauseRegistration(uint40 until) external restricted {
        _registrationPause.begin(REGISTRATION, until, LONGEST_PAUSE);
    }

    /* INTERNAL */

    /// @dev Every change of owner: what accrued is the old owner's, and the new one names an operator first. Until then the limits
    /// stay, so that no lease is extended beyond them in between.
    function _update(address to, uint256 cardId, address auth) internal override returns (address) {
        address from = _ownerOf(cardId);
        if (from == address(0)) return super._update(to, cardId, auth);
        if (auth != address(0)) _checkAuthorized(from, auth, cardId);

        _settle(cardId, from);
        Limits memory limits_;
        if (_cards[cardId].limited) limits_ = _limits[cardId];
        _changeOperator(cardId, address(0), 0, limits_.ownerFloorRate, limits_.longestHours);
        return super._update(to, cardId, address(0));
    }

    function _register(uint256 cardId, Registration calldata registration) private {
        _requireKnown(registration.model, registration.region);
        bool limited = registration.floorRate != 0 || registration.longestHours != 0;
        _cards[cardId] = Card({
            operator: registration.operator,
            hostId: registration.hostId,
            epoch: 0,
            model: registration.model,
            region: registration.region,
            state: CardState.Registered,
            limited: limited
        });
        if (limited) {
            _limits[cardId].ownerFloorRate = registration.floorRate;
            _limits[cardId].longestHours = registration.longestHours;
        }
        _mint(msg.sender, cardId);

        emit CardRegistered(cardId, msg.sender, registration.model, registration.region);
        if (limited || registration.operator != address(0) || registration.hostId != 0) {
            emit CardOperatorChanged({
                cardId: cardId,
                operator: registration.operator,
                hostId: registration.hostId,
                floorRate: registration.floorRate,
                longestHours: registration.longestHours,
                epoch: 0
            });
        }
    }

    function _changeOperator(
        uint256 cardId,
        address operator,
        uint32 hostId,
        uint64 floorRate,
        uint16 longestHours
    ) private {
        Card memory card_ = _cards[cardId];
        bool limited = floorRate != 0 || longestHours != 0;
        if (limited || card_.limited) {
            Limits storage limits_ = _limits[cardId];
            (limits_.ownerFloorRate, limits_.longestHours) = (floorRate, longestHours);
            card_.limited = limited || limits_.termEnd != 0;
        }
        (card_.operator, card_.hostId) = (operator, hostId);
        ++card_.epoch;
        _cards[cardId] = card_;

        emit CardOperatorChanged(cardId, operator, hostId, floorRate, longestHours, card_.epoch);
    }

    function _verify(uint256 cardId, bytes32 deviceId) private {
        _requireState(cardId, CardState.Registered);
        require(deviceId != 0, DeviceZero(cardId));
        uint256 taker = _cardOfDevice[deviceId];
        require(taker == 0, DeviceTaken(deviceId, taker));
        _cards[cardId].state = CardState.Verified;
        _deviceOf[cardId] = deviceId;
        _cardOfDevice[deviceId] = cardId;

        emit CardVerified(cardId, deviceId);
    }

    /// @dev Ends the encumbrance. The owner's next number begins if the holder's had begun.
    function _free(uint256 cardId) private {
        Encumbrance memory ended = _encumbrances[cardId];
        uint16 number = 2 * ended.count;
        _encumbrances[cardId] = Encumbrance({holder: address(0), count: ended.count, active: false});
        Limits memory limits_ = _limits[cardId];
        (limits_.termFloorRate, limits_.decayBps, limits_.saleEnd, limits_.termEnd) = (0, 0, 0, 0);
        _limits[cardId] = limits_;
        _cards[cardId].limited = limits_.ownerFloorRate != 0 || limits_.longestHours != 0;

        emit CardEncumbranceEnded(cardId, ended.holder, number);
        if (!ended.active) return;
        _checkpoint({cardId: cardId, owner: _ownerOf(cardId), number: number, holder: address(0)});
    }

    /// @dev Settles the card for `owner` without a change of the cash flow. A card that is not verified has nothing to
    /// settle: before its verification it had no lease, and it was settled, without a running one, when it was retired.
    function _settle(uint256 cardId, address owner) private returns (uint256 running) {
        if (_cards[cardId].state != CardState.Verified) return 0;
        (uint16 number, address holder) = _cashFlow(cardId);
        return _checkpoint({cardId: cardId, owner: owner, number: number, holder: holder});
    }

    function _checkpoint(
        uint256 cardId,
        address owner,
        uint16 number,
        address holder
    ) private returns (uint256 running) {
        address ledger_ = _ledger;
        if (ledger_ == address(0)) return 0;
        return ICardCheckpoint(ledger_).checkpoint(cardId, owner, number, holder);
    }

    function _requireOwner(uint256 cardId) private view {
        address owner = _ownerOf(cardId);
        require(owner != address(0), CardUnknown(cardId));
        require(owner == msg.sender, CardNotOwnedByCaller(cardId, owner, msg.sender));
    }

    function _requireNotRetired(uint256 cardId) private view {
        CardState state = _cards[cardId].state;
        require(state != CardState.Retired, CardStateUnsuitable(cardId, state, CardState.Verified));
    }

    function _requireState(uint256 cardId, CardState needed) private view {
        CardState state = _cards[cardId].state;
        require(state != CardState.None, CardUnknown(cardId));
        require(state == needed, CardStateUnsuitable(cardId, state, needed));
    }

    /// @dev Clears an encumbrance that has ended by time on the way.
    function _requireUnencumbered(uint256 cardId) private {
        address holder = _encumbrances[cardId].holder;
        if (holder == address(0)) return;
        require(_isOver(_limits[cardId].termEnd), CardEncumbered(cardId, holder));
        _free(cardId);
    }

    function _requireNamedHolder(uint256 cardId) private view returns (Encumbrance storage encumbrance_) {
        encumbrance_ = _encumbrances[cardId];
        address holder = encumbrance_.holder;
        require(holder == msg.sender, CardNotEncumberedBy(cardId, holder, msg.sender));
        require(!encumbrance_.active, CardEncumbranceActive(cardId));
    }

    /// @dev Revenue number of who holds the cash flow now, and that holder (zero: the owner).
    function _cashFlow(uint256 cardId) private view returns (uint16 number, address holder) {
        Encumbrance memory encumbrance_ = _encumbrances[cardId];
        if (encumbrance_.active) return (2 * encumbrance_.count - 1, encumbrance_.holder);
        if (encumbrance_.holder != address(0)) return (2 * (encumbrance_.count - 1), address(0));
        return (2 * encumbrance_.count, address(0));
    }

    function _use(uint256 cardId) private view returns (address renter, uint40 end) {
        if (_ledger != address(0)) return ICardUse(_ledger).wholeCardLease(cardId);
    }

    /// @dev Whether a term has ended by time; a card without a term (0) has none to end.
    function _isOver(uint40 termEnd) private view returns (bool) {
        return termEnd != 0 && block.timestamp >= termEnd;
    }

    /// @dev The owner's, or while a term runs the term's: floored at every period, at most 37 times because a sale never ends
    /// before it is named.
    function _floorRate(Limits memory limits_) private view returns (uint64) {
        if (limits_.termEnd == 0 || _isOver(limits_.termEnd)) return limits_.ownerFloorRate;
        uint256 floorRate = limits_.termFloorRate;
        if (limits_.decayBps == 0 || block.timestamp <= limits_.saleEnd) return limits_.termFloorRate;
        uint256 periods = (block.timestamp - limits_.saleEnd) / DECAY_PERIOD;
        for (uint256 i = 0; i < periods; ++i) floorRate = (floorRate * (BPS - limits_.decayBps)) / BPS;
        return uint64(floorRate); // it only falls, and it began as 64 bits
    }
}
