// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IComputeToken} from "../../interfaces/IComputeToken.sol";
import {IDollarMinter} from "../../interfaces/IDollarMinter.sol";
import {ILeaseLedger} from "../../interfaces/ILeaseLedger.sol";
import {Fundings} from "./Fundings.sol";

/// @title Rent that is paid by burning CARD
/// @notice The minter takes as little CARD of the payer, by its allowance, as gives the rent, or the least that can be minted.
library TokenRent {
    using SafeCast for uint256;

    uint256 private constant LEAST_MINT = 1e18;

    /// @notice Burns CARD of `payer` for `due` cfUSD-wei, which are minted to `ledger`.
    /// @param funding empty, or a permit of CARD for the minter
    /// @return minted cfUSD-wei, at least `due`
    /// @return tokenIn CARD-wei burned, at most `maxTokenIn`
    function burn(
        IDollarMinter minter,
        IComputeToken token,
        address ledger,
        address payer,
        uint256 due,
        uint256 maxTokenIn,
        bytes calldata funding
    ) internal returns (uint128 minted, uint256 tokenIn) {
        if (funding.length != 0) Fundings.permit(IERC20Permit(address(token)), payer, address(minter), funding);
        minted = _toMint(due);
        uint128 limit = uint128(Math.min(maxTokenIn, type(uint128).max));
        tokenIn = minter.mintForLease({payer: payer, out: minted, maxIn: limit, to: ledger});
    }

    /// @notice What speaks against it now; an allowance is taken as given.
    /// @return refusal `None` if nothing does
    /// @return tokenIn CARD-wei that would be burned; 0 where the minter refuses
    function preview(
        IDollarMinter minter,
        IComputeToken token,
        address payer,
        uint256 due,
        uint256 maxTokenIn
    ) internal view returns (ILeaseLedger.PaymentRefusal refusal, uint256 tokenIn) {
        IDollarMinter.MintRefusal refused;
        (refused, tokenIn) = minter.quoteLeaseMint(_toMint(due));
        if (refused != IDollarMinter.MintRefusal.None) refusal = ILeaseLedger.PaymentRefusal.TokenMintRefused;
        else if (tokenIn > maxTokenIn) refusal = ILeaseLedger.PaymentRefusal.TokenCostTooHigh;
        else if (token.balanceOf(payer) < tokenIn) refusal = ILeaseLedger.PaymentRefusal.FundsTooLow;
    }

    function _toMint(uint256 due) private pure returns (uint128) {
        return Math.max(due, LEAST_MINT).toUint128();
    }
}
