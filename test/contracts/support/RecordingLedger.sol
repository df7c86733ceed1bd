// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ICardCheckpoint, ICardUse} from "../../../contracts/interfaces/ICardLedger.sol";
import {IRenterTiers} from "../../../contracts/interfaces/IRenterStaking.sol";
import {IRunningRent, ISupplierStaking} from "../../../contracts/interfaces/ISupplierStaking.sol";

/// @notice Stands where the ledger stands for the rooms before it: notes what it is told and answers what a test says.
contract RecordingLedger is ICardCheckpoint, ICardUse, IRunningRent, IRenterTiers {
    struct Checkpoint {
        uint256 cardId;
        address owner;
        uint16 number;
        address holder;
        address ownerThen; // of the token, while the checkpoint ran
    }

    Checkpoint[] private _checkpoints;
    mapping(uint256 cardId => uint256) private _running;
    mapping(uint256 cardId => address) private _renter;
    mapping(uint256 cardId => uint40) private _end;
    mapping(uint256 cardId => mapping(address operator => uint256)) private _grossRate;
    mapping(address renter => uint8) private _tiers;

    function checkpoint(
        uint256 cardId,
        address owner,
        uint16 number,
        address holder
    ) external returns (uint256 running) {
        _checkpoints.push(Checkpoint(cardId, owner, number, holder, IERC721(msg.sender).ownerOf(cardId)));
        return _running[cardId];
    }

    function wholeCardLease(uint256 cardId) external view returns (address renter, uint40 end) {
        return (_renter[cardId], _end[cardId]);
    }

    function operatorRateOf(uint256 cardId, address operator) external view returns (uint256) {
        return _grossRate[cardId][operator];
    }

    function setTier(address renter, uint8 tier) external {
        _tiers[renter] = tier;
    }

    function tierOf(address renter) external view returns (uint8) {
        return _tiers[renter];
    }

    function checkpoints() external view returns (uint256) {
        return _checkpoints.length;
    }

    function last() external view returns (Checkpoint memory) {
        return _checkpoints[_checkpoints.length - 1];
    }

    function setRunning(uint256 cardId, uint256 running) external {
        _running[cardId] = running;
    }

    function setWholeCardLease(uint256 cardId, address renter, uint40 end) external {
        (_renter[cardId], _end[cardId]) = (renter, end);
    }

    function setGrossRate(uint256 cardId, address operator, uint256 rate) external {
        _grossRate[cardId][operator] = rate;
    }

    function stop(
        ISupplierStaking staking,
        uint256 cardId,
        address operator,
        address renter,
        uint256 dollars,
        uint256 otherGrossRate
    ) external returns (uint256 paid) {
        return staking.payStopPenalty(cardId, operator, dollars, otherGrossRate, renter);
    }
}
