// equation: one XMILE equation as a tree (OASIS XMILE 1.0, section 3.3). Pure; errors go to Diagnostics.
#pragma once

#include <vector>

#include "controller/model/diagnostics.hpp"
#include "controller/model/expression.hpp"
#include "controller/model/xmile/document.hpp"
#include "controller/model/xmile/symbols.hpp"

namespace flowyard::controller::model::xmile {

inline constexpr std::size_t kMaxFileTokens = 5'000'000;

// The budget used by the equations of one file.
struct Budget {
  std::size_t tokens = 0;
};

// The context of an equation.
struct Scope {
  const Document& document;
  const Symbols& symbols;
  Diagnostics& diagnostics;
  Budget& budget;
  Name self = {};  // the variable, for SELF; empty where there is none
  std::vector<Subscript> self_subscripts = {};
  bool array = false;  // "1, 2; 3, 4" may stand for the elements of an array
};

// Reads the text of `element`. Precedence from the top: [] () ^ (right to left), unary + - NOT, * / // MOD, +
// -, < <= > >=, = <>, AND, OR; so -2^2 is -4 and 2^-1 is a half. `a // b` is Stella's division that gives 0
// where b is 0: the call SAFEDIV(a, b). Missing where the text is empty or an error was found.
Expression read_equation(pugi::xml_node element, const Scope& scope);
Expression read_text(const Text& text, const Scope& scope);

}  // namespace flowyard::controller::model::xmile
