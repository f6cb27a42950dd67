// element: the subscripts of one <element> of an array (OASIS XMILE 1.0, section 4.5). Pure.
#pragma once

#include <vector>

#include "worker/model/model.hpp"
#include "worker/model/xmile/document.hpp"
#include "worker/model/xmile/findings.hpp"
#include "worker/model/xmile/symbols.hpp"

namespace flowyard::worker::model::xmile {

// One for each dimension of `variable`: an element by name or by its number, or a dimension that is a part of
// this one. Empty after an error.
std::vector<Subscript> read_element_subscripts(pugi::xml_node element, const Variable& variable,
                                               const Document& document, const Symbols& symbols,
                                               Findings& findings);

}  // namespace flowyard::worker::model::xmile
