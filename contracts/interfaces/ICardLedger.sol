// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What the card registry tells the ledger before a card changes hands
interface ICardCheckpoint {
    /// @notice Settles the card's revenue up to now for whoever held it until now, and moves the card to `number` if
    /// that differs from the ledger's current number: the old number is frozen and `holder` becomes the payee of the
    /// new one.
    /// @dev Never reverts for the registry, whatever the card's leases: a card must always be able to change hands.
    /// @param cardId the card
    /// @param owner the card's owner up to now, credited with what it earned while the number was the owner's
    /// @param number revenue number from now on; odd while encumbered, even while the owner holds the cash flow
    /// @param holder payee of an odd number (a share or a bond), zero for an even one
    /// @return running how many leases run on the card now
    function checkpoint(
        uint256 cardId,
        address owner,
        uint16 number,
        address holder
    ) external returns (uint256 running);
}

/// @title What the card registry reads of the ledger for the read side of ERC-4907
interface ICardUse {
    /// @notice Renter and end of the running lease that holds all 1000 thousandths of the card; zeros if there is none.
    function wholeCardLease(uint256 cardId) external view returns (address renter, uint40 end);
}
