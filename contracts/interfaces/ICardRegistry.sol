// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

/// @title Cards: what exists, who owns it, which node runs it
/// @notice A card is an ERC-721 token with a model, a region, a host and an operator (the node). Only verified cards
/// can be rented. A card's cash flow can be encumbered by one holder at a time: a revenue share or a bond.
interface ICardRegistry is IERC721 {
    /* TYPES */

    enum CardState {
        None,
        Registered,
        Verified,
        Retired
    }

    /// @notice What a match must know of a card, in one slot.
    struct Card {
        address operator; // slot 0 (32 bytes)
        uint32 hostId; // a host is operator and host id together
        uint32 epoch; // raised whenever owner or operator is set, and at retirement; asks name it
        uint8 model;
        uint8 region;
        CardState state;
        bool limited; // whether the limits below say anything
    }

    /// @notice Limits on leases of a card; read only where `Card.limited`.
    struct Limits {
        uint64 ownerFloorRate; // slot 0 (30 bytes); cfUSD-wei per second of the whole card
        uint64 termFloorRate; // replaces the owner's while encumbered, decays
        uint16 longestHours; // longest lease the owner allows; 0: no limit of its own
        uint40 saleEnd; // seconds; the floor decays at every full 30 days after it
        uint40 termEnd; // seconds; 0 while free. No lease passes it
        uint16 decayBps; // fall of the floor per 30 days
    }

    struct Encumbrance {
        address holder; // slot 0 (23 bytes); who is paid the card's 90 %, zero while free
        uint16 count; // encumbrances ever named on the card
        bool active; // whether the holder is paid already (its sale succeeded)
    }

    /// @notice What a market must know to lease a card now.
    struct LeaseTerms {
        Card card;
        uint64 floorRate; // cfUSD-wei per second of the whole card, as of now
        uint32 longestLease; // seconds; 0: no limit
        uint40 termEnd; // seconds; 0: none
        bool termOver; // an encumbrance has ended by time and is not cleared yet: call `expire` first
        uint128 minimumBond; // of the model, dollars (1e18)
    }

    struct Model {
        uint96 minimumBond; // slot 0 (28 bytes); dollars (1e18)
        uint96 referenceValue; // dollars (1e18) of a new card
        uint32 memoryMiB;
        string name; // slot 1
    }

    /// @notice One card to register; `msg.sender` becomes its owner.
    struct Registration {
        uint8 model;
        uint8 region;
        uint32 hostId;
        address operator; // zero: named later by `setOperator`
        uint64 floorRate; // cfUSD-wei per second of the whole card; 0: none
        uint16 longestHours; // 0: none
    }

    /* ERRORS */

    /// @notice No card of this id was registered.
    error CardUnknown(uint256 cardId);
    /// @notice Only the owner of the card may call.
    error CardNotOwnedByCaller(uint256 cardId, address owner, address caller);
    /// @notice The card is in `state`, and the call needs another.
    error CardStateUnsuitable(uint256 cardId, CardState state, CardState needed);
    /// @notice `running` leases run on the card.
    error CardHasRunningLeases(uint256 cardId, uint256 running);
    /// @notice `holder` holds the cash flow of the card, or is about to.
    error CardEncumbered(uint256 cardId, address holder);
    /// @notice Only the named holder may call; where `holder` is zero the card is free, so there is nothing to end.
    error CardNotEncumberedBy(uint256 cardId, address holder, address caller);
    /// @notice The holder is paid already.
    error CardEncumbranceActive(uint256 cardId);
    /// @notice The card has used up its revenue numbers.
    error CardEncumbrancesExhausted(uint256 cardId);
    /// @notice The term runs until `termEnd` (seconds).
    error CardTermRunning(uint256 cardId, uint40 termEnd);
    /// @notice The term was over at `termEnd` (seconds).
    error CardTermOver(uint256 cardId, uint40 termEnd);
    /// @notice The sale ends before now, or the term not after it, or too long after it (seconds).
    error CardTermInvalid(uint40 saleEnd, uint40 termEnd);
    /// @notice The holder is zero.
    error CardHolderZero(uint256 cardId);
    /// @notice No such model was set.
    error ModelUnknown(uint8 model);
    /// @notice A model needs a name, a reference value and a minimum bond.
    error ModelInvalid(uint8 model);
    /// @notice No such region was named.
    error RegionUnknown(uint8 region);
    /// @notice A region needs a name.
    error RegionInvalid(uint8 region);
    /// @notice The device is that of another card, for ever.
    error DeviceTaken(bytes32 deviceId, uint256 cardId);
    /// @notice A device id is not zero.
    error DeviceZero(uint256 cardId);
    /// @notice Every card needs its device id.
    error DeviceArraysDiffer(uint256 cards, uint256 devices);
    /// @notice There is no card to register.
    error RegistrationEmpty();
    /// @notice Only allowed encumbrancers may encumber a card.
    error EncumbrancerNotAllowed(address caller);
    /// @notice The ledger is set once.
    error CardLedgerAlreadySet(address ledger);
    /// @notice The ledger is zero, or not set yet.
    error CardLedgerZero();
    /// @notice The decay is above `limit` (bps).
    error DecayOutOfRange(uint16 decayBps, uint16 limit);

    /* EVENTS */

    /// @notice The model was set or changed; values in dollars (1e18).
    event ModelSet(uint8 indexed model, string name, uint32 memoryMiB, uint96 referenceValue, uint96 minimumBond);
    /// @notice The region was named or renamed.
    event RegionSet(uint8 indexed region, string name);
    /// @notice The card exists; who runs it and its limits follow in `CardOperatorChanged` unless there are none.
    event CardRegistered(uint256 indexed cardId, address indexed owner, uint8 model, uint8 region);
    /// @notice `operator` runs the card on its host `hostId`, for at least `floorRate` (cfUSD-wei per second of the whole card)
    /// and at most `longestHours` (0: no limit). A transfer clears operator and host; the limits stay until the new owner names others.
    event CardOperatorChanged(
        uint256 indexed cardId,
        address indexed operator,
        uint32 hostId,
        uint64 floorRate,
        uint16 longestHours,
        uint32 epoch
    );
    /// @notice The card is verified and has taken the device id.
    event CardVerified(uint256 indexed cardId, bytes32 indexed deviceId);
    /// @notice The card is out of service for ever.
    event CardRetired(uint256 indexed cardId, uint32 epoch);
    /// @notice `holder` will hold the cash flow; the floor (cfUSD-wei per second) and the end of the term (seconds) bind from now
    /// on.
    event CardEncumbranceNamed(
        uint256 indexed cardId,
        address indexed holder,
        uint16 number,
        uint64 floorRate,
        uint16 decayBps,
        uint40 saleEnd,
        uint40 termEnd
    );
    /// @notice The holder is paid under `number` from this second.
    event CardEncumbranceActivated(uint256 indexed cardId, address indexed holder, uint16 number);
    /// @notice The card is free again; `number` is the owner's revenue number from now on.
    event CardEncumbranceEnded(uint256 indexed cardId, address indexed holder, uint16 number);
    /// @notice The account may, or may no longer, encumber cards.
    event EncumbrancerSet(address indexed encumbrancer, bool allowed);
    /// @notice The ledger was named, once.
    event CardLedgerSet(address indexed ledger);

    /* VIEWS */

    /// @notice The card; all zero if it was never registered.
    function card(uint256 cardId) external view returns (Card memory);

    /// @notice The limits on leases of a card, as stored.
    function limits(uint256 cardId) external view returns (Limits memory);

    /// @notice The encumbrance of a card, as stored: one that has ended by time is there until it is cleared.
    function encumbrance(uint256 cardId) external view returns (Encumbrance memory);

    /// @notice The revenue number of the card's current holder: `2·count − 1` while an active encumbrance runs, else
    /// `2·count` (also `2·(count − 1)` while a named encumbrance is not active yet).
    function revenueNumber(uint256 cardId) external view returns (uint16);

    /// @notice All that a market must know to lease the card at this second, in one call.
    function leasingTerms(uint256 cardId) external view returns (LeaseTerms memory);

    /// @notice Of that, what limits a lease that runs and is to last longer; 0 where there is no limit.
    /// @return minimumBond of the model, dollars (1e18)
    /// @return floorRate cfUSD-wei per second of the whole card, as of now
    /// @return longestLease seconds
    /// @return termEnd seconds; 0 also where the term is over
    function leaseLimits(
        uint256 cardId
    ) external view returns (uint256 minimumBond, uint256 floorRate, uint256 longestLease, uint256 termEnd);

    /// @notice The model; empty if it was never set.
    function model(uint8 modelId) external view returns (Model memory);

    /// @notice Minimum bond of a card's model in dollars (1e18).
    function minimumBondOf(uint256 cardId) external view returns (uint256);

    /// @notice Name of the region; empty if it was never set.
    function region(uint8 regionId) external view returns (string memory);

    /// @notice The card that took the device id, 0 if none did.
    function cardOfDevice(bytes32 deviceId) external view returns (uint256);

    /// @notice The device id of a card, zero until it is verified.
    function deviceOf(uint256 cardId) external view returns (bytes32);

    /// @notice Number of cards ever registered; ids run from 1 to it.
    function cardCount() external view returns (uint256);

    /// @notice Whether an account may encumber cards.
    function isEncumbrancer(address account) external view returns (bool);

    /// @notice The ledger; zero until set.
    function ledger() external view returns (address);

    /// @notice Seconds until which registration is paused; open from then on.
    function registrationPausedUntil() external view returns (uint40);

    /// @notice ERC-4907 read side: the renter of a lease that holds the whole card, else zero.
    function userOf(uint256 cardId) external view returns (address);

    /// @notice ERC-4907 read side: end of that lease in seconds, else zero.
    function userExpires(uint256 cardId) external view returns (uint256);

    /* OWNER */

    /// @notice Registers a card of the caller, not verified yet. Reverts with `EntryPaused`, `ModelUnknown` or `RegionUnknown`.
    function register(Registration calldata registration) external returns (uint256 cardId);

    /// @notice Registers many cards of one owner; ids are consecutive from `firstCardId`. Reverts with `RegistrationEmpty` too.
    function registerMany(Registration[] calldata registrations) external returns (uint256 firstCardId);

    /// @notice Names the node that runs the card, its host, and the limits that asks must keep. Raises the epoch, so
    /// all asks signed before are void. Running leases go on with the operator they began with. Only the owner. Reverts with
    /// `CardUnknown`, `CardNotOwnedByCaller` or `CardStateUnsuitable` (retired).
    /// @param operator zero: nobody
    /// @param floorRate cfUSD-wei per second of the whole card; 0: none
    /// @param longestHours longest lease, extensions included; 0: no limit
    function setOperator(
        uint256 cardId,
        address operator,
        uint32 hostId,
        uint64 floorRate,
        uint16 longestHours
    ) external;

    /// @notice Takes a card out of service for ever; refused while leases or an encumbrance run. Its device id stays
    /// taken. Only the owner. Reverts with `CardUnknown`, `CardNotOwnedByCaller`, `CardStateUnsuitable`, `CardEncumbered` or
    /// `CardHasRunningLeases`.
    function retire(uint256 cardId) external;

    /* HOLDER OF THE CASH FLOW */

    /// @notice Names `holder` as the coming payee of the card's 90 %. Only allowed encumbrancers (the share and bond
    /// factories). The floor and the end of the term bind from now on; the holder is paid from `activate` on. The card
    /// is verified and free, or its encumbrance has ended by time and is cleared on the way. Reverts with
    /// `EncumbrancerNotAllowed`, `CardLedgerZero`, `CardHolderZero`, `CardUnknown`, `CardStateUnsuitable`, `DecayOutOfRange`,
    /// `CardTermInvalid`, `CardEncumbered` or `CardEncumbrancesExhausted`.
    /// @param floorRate cfUSD-wei per second of the whole card; replaces the owner's until the end of the term
    /// @param decayBps fall of that floor at every full 30 days after `saleEnd`, at most 10 000
    /// @param saleEnd seconds, not before now
    /// @param termEnd seconds, after `saleEnd` and at most 1110 days after it
    /// @return number the revenue number that the holder will have
    function encumber(
        uint256 cardId,
        address holder,
        uint64 floorRate,
        uint16 decayBps,
        uint40 saleEnd,
        uint40 termEnd
    ) external returns (uint16 number);

    /// @notice Called by the named holder before the end of the term: checkpoints the card and pays the holder from
    /// this second. Reverts with `CardNotEncumberedBy`, `CardEncumbranceActive` or `CardTermOver`.
    function activate(uint256 cardId) external;

    /// @notice Called by a named holder that was never activated: frees the card. Reverts with `CardNotEncumberedBy` or
    /// `CardEncumbranceActive`.
    function release(uint256 cardId) external;

    /* ANYONE */

    /// @notice Frees a card whose term is over; nothing changes before that. Reverts with `CardNotEncumberedBy` if it is free, or
    /// `CardTermRunning`.
    function expire(uint256 cardId) external;

    /* GOVERNANCE */

    /// @notice Marks a card as existing, with the hash of the vendor's UUID and serial; a device id is taken once,
    /// ever. Restricted. Reverts with `CardUnknown`, `CardStateUnsuitable`, `DeviceZero` or `DeviceTaken`.
    function verify(uint256 cardId, bytes32 deviceId) external;

    /// @notice Verifies many cards in one call. Restricted. Reverts with `DeviceArraysDiffer` too.
    function verifyMany(uint256[] calldata cardIds, bytes32[] calldata deviceIds) external;

    /// @notice Sets a model, or changes it: dollars (1e18), none of them zero, and a name that is not empty. Binds old cards too.
    /// Restricted. Reverts with `ModelInvalid`.
    function setModel(
        uint8 modelId,
        string calldata name,
        uint32 memoryMiB,
        uint96 referenceValue,
        uint96 minimumBond_
    ) external;

    /// @notice Names a region, or renames it. Restricted. Reverts with `RegionInvalid`.
    function setRegion(uint8 regionId, string calldata name) external;

    /// @notice Allows or forbids an account to encumber cards; what it encumbered before goes on. Restricted.
    function setEncumbrancer(address encumbrancer, bool allowed) external;

    /// @notice Names the ledger, once. Restricted. Reverts with `CardLedgerAlreadySet` or `CardLedgerZero`.
    function setLedger(address ledger_) external;

    /// @notice Closes registration until `until` (seconds, at most 7 days ahead). Restricted. Reverts with `PauseTooSoon` or
    /// `PauseEndOutOfRange`.
    function pauseRegistration(uint40 until) external;
}
