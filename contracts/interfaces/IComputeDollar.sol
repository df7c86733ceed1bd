// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC3009, IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";

/// @title cfUSD, the dollar that is made by burning CARD (ERC-20 with ERC-2612 and ERC-3009, 18 decimals)
/// @notice Minted and burned by the DollarMinter alone. Payments can be signed by key (`v, r, s` or 65 bytes) and by smart
/// accounts (ERC-1271, bytes).
/// @dev All amounts in wei of cfUSD, times in seconds. No hooks, no fee on transfer, no freezing. An authorization is valid
/// while validAfter < now < validBefore, and its nonce serves once. An ERC-1271 check gets 150 000 gas and reads 32 bytes; it
/// comes before the first write.
interface IComputeDollar is IERC20, IERC20Permit, IERC3009, IERC3009Cancel {
    /* ERRORS */

    /// @notice Only the stored minter may call; `minter` is it, zero if none.
    error CallerNotDollarMinter(address caller, address minter);

    /* EVENTS */

    /// @notice The contract that may mint and burn was changed; zero revokes.
    event DollarMinterChanged(address indexed previous, address indexed current);

    /* VIEWS */

    /// @notice The contract that may mint and burn; zero if none.
    function minter() external view returns (address);
    /// @notice Version of the EIP-712 domain: "1".
    function version() external view returns (string memory);

    /* HOLDER */

    /// @notice `transferWithAuthorization` with a signature in bytes: of the key, or of a smart account by ERC-1271.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice `receiveWithAuthorization` with a signature in bytes: of the key, or of a smart account by ERC-1271. The caller
    /// must be `to`, so that nobody can pay in front of the payee's own call.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice `cancelAuthorization` with a signature in bytes: of the key, or of a smart account by ERC-1271.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external;

    /* MINTER */

    /// @notice Mints `amount` to `to`. Only the minter.
    function mint(address to, uint256 amount) external;
    /// @notice Burns `amount` from `from` without an allowance. Only the minter, which passes nothing but its own caller or
    /// itself.
    function burn(address from, uint256 amount) external;

    /* GOVERNANCE */

    /// @notice Sets the minter; zero revokes. Restricted.
    function setMinter(address newMinter) external;
}
