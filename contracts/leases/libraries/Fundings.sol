// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

import {IComputeDollar} from "../../interfaces/IComputeDollar.sol";
import {ILeaseLedger} from "../../interfaces/ILeaseLedger.sol";

/// @title Permits and ERC-3009 authorisations that ride along with a call
/// @notice One that fails is ignored: somebody may have used it before, and then balance or allowance suffice, or the payment itself
/// fails with the token's error.
library Fundings {
    /// @dev A permit is cut into r, s and v; anything but 65 bytes cannot be one.
    uint256 private constant PERMIT_SIGNATURE_LENGTH = 65;

    /// @notice A permit for a kind of funding that cannot be one, or bytes of the wrong length.
    error FundingUnusable(ILeaseLedger.FundingKind kind, uint256 signatureLength);

    /// @notice Uses `funding` of `payer` in cfUSD for this contract.
    /// @return received cfUSD-wei that came in by an authorisation
    function draw(IComputeDollar dollar, address payer, bytes calldata funding) internal returns (uint256 received) {
        ILeaseLedger.Funding memory f = abi.decode(funding, (ILeaseLedger.Funding));
        if (f.kind == ILeaseLedger.FundingKind.Permit) {
            _permit(dollar, payer, address(this), f);
        } else {
            try
                dollar.receiveWithAuthorization(
                    payer,
                    address(this),
                    f.value,
                    f.validAfter,
                    f.validBefore,
                    f.nonce,
                    f.signature
                )
            {
                received = f.value;
            } catch {}
        }
    }

    /// @notice Uses `funding` of `payer` as a permit of `token` for `spender`.
    function permit(IERC20Permit token, address payer, address spender, bytes calldata funding) internal {
        ILeaseLedger.Funding memory f = abi.decode(funding, (ILeaseLedger.Funding));
        require(f.kind == ILeaseLedger.FundingKind.Permit, FundingUnusable(f.kind, f.signature.length));
        _permit(token, payer, spender, f);
    }

    function _permit(IERC20Permit token, address payer, address spender, ILeaseLedger.Funding memory f) private {
        require(f.signature.length == PERMIT_SIGNATURE_LENGTH, FundingUnusable(f.kind, f.signature.length));
        bytes memory signature = f.signature;
        bytes32 r;
        bytes32 s;
        uint8 v;
        // Reads the 65 bytes whose length was checked above.
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
        try token.permit(payer, spender, f.value, f.validBefore, v, r, s) {} catch {}
    }
}
