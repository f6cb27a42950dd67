// children: what stands in the element of a variable but is not read: errors, and what a vendor added.
#pragma once

#include "controller/model/diagnostics.hpp"
#include "controller/model/model.hpp"
#include "controller/model/xmile/document.hpp"

namespace flowyard::controller::model::xmile {

// Errors: a mistyped element, what cannot be computed (ovens, inflow that is spread over a conveyor), stray
// text. Warnings: unknown elements, events, and a vendor's extras of conveyors and queues, which change what
// they compute in the program that wrote them.
void check_children(pugi::xml_node element, const Variable& variable, const Document& document,
                    Diagnostics& diagnostics);

}  // namespace flowyard::controller::model::xmile
