// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title CARD, the utility token (ERC-20 with ERC-2612, 18 decimals)
/// @notice An immutable cap bounds it. CARD comes into being only at genesis, by redemption of cfUSD out of the minter's
/// credit, and by emission out of a fixed budget. It is burned to make cfUSD.
/// @dev Keeps I1: CARD supply + the minter's credit + unissued emission <= CAP, by refusing every mint that would eat into
/// the part of the cap that is reserved for emission. All amounts in wei of CARD. No hooks, no fee on transfer, no votes.
interface IComputeToken is IERC20, IERC20Permit {
    /* TYPES, ERRORS */

    /// @notice Only the stored minter may call; `minter` is it, zero if none.
    error CallerNotTokenMinter(address caller, address minter);
    /// @notice Only the stored emitter may call; `emitter` is it, zero if none.
    error CallerNotEmitter(address caller, address emitter);
    /// @notice Minting `amount` would pass the cap or eat into the emission's reserve; `headroom` could be minted.
    error CapExceeded(uint256 amount, uint256 headroom);
    /// @notice Emitting `amount` would pass the budget, of which `left` is not issued.
    error EmissionBudgetExceeded(uint256 amount, uint256 left);

    /* EVENTS */

    /// @notice The contract that may mint by redemption and burn from its callers was changed; zero revokes.
    event TokenMinterChanged(address indexed previous, address indexed current);
    /// @notice The contract that may issue the emission was changed; zero revokes.
    event EmitterChanged(address indexed previous, address indexed current);
    /// @notice `amount` of the emission's budget was issued to `to`; `left` remains.
    event EmissionIssued(address indexed to, uint256 amount, uint256 left);

    /* VIEWS */

    /// @notice The immutable cap: 1 000 000 000 CARD.
    function CAP() external view returns (uint256);
    /// @notice What exists at genesis, before the seed is burned: 600 000 000 CARD.
    function GENESIS_SUPPLY() external view returns (uint256);
    /// @notice The emission's budget: 400 000 000 CARD. It is never raised.
    function EMISSION_BUDGET() external view returns (uint256);
    /// @notice What of the emission's budget is not issued yet. It only falls.
    function emissionLeft() external view returns (uint256);
    /// @notice What may still be minted by redemption: CAP - total supply - emissionLeft. Every burn raises it.
    function headroom() external view returns (uint256);
    /// @notice The contract that may mint by redemption and burn from its callers; zero if none.
    function minter() external view returns (address);
    /// @notice The contract that may issue the emission; zero if none.
    function emitter() external view returns (address);

    /* HOLDER */

    /// @notice Burns `amount` of the caller's CARD. Reverts with the ERC-20 error if the balance is short.
    function burn(uint256 amount) external;
    /// @notice Burns `amount` of the CARD of `from` by the caller's allowance. Reverts with the ERC-20 errors if allowance
    /// or balance are short.
    function burnFrom(address from, uint256 amount) external;

    /* MINTER */

    /// @notice Mints `amount` to `to`. Only the minter. Reverts with `CapExceeded` above `headroom()`.
    function mint(address to, uint256 amount) external;
    /// @notice Burns `amount` from `from` without an allowance. Only the minter, which passes nothing but its own caller, so
    /// that nobody's CARD is burned without the holder's own call.
    function burnByMinter(address from, uint256 amount) external;

    /* EMITTER */

    /// @notice Issues `amount` of the emission to `to`. Only the emitter. Reverts with `EmissionBudgetExceeded`.
    function mintEmission(address to, uint256 amount) external;

    /* GOVERNANCE */

    /// @notice Sets the minter; zero revokes. Restricted.
    function setMinter(address newMinter) external;
    /// @notice Sets the emitter; zero revokes. Restricted.
    function setEmitter(address newEmitter) external;
}
