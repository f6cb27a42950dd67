// macro: <macro> (OASIS XMILE 1.0, section 4.8). Pure.
#pragma once

#include "controller/model/model.hpp"
#include "controller/model/xmile/variable.hpp"

namespace flowyard::controller::model::xmile {

// A macro that alters the variables of an option. That of <non_negative/> is the default behaviour; others
// give a warning.
bool is_option_filter(pugi::xml_node element, const Document& document, Diagnostics& diagnostics);

// `outer` is the scope of the file, with its <behavior>. Names of variables with errors go to `unread`.
Macro read_macro(pugi::xml_node element, const VariableScope& outer, std::vector<std::string>& unread);

}  // namespace flowyard::controller::model::xmile
