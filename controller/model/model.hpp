// Model: what a model file says, in one form for Vensim, XMILE and YAML. The readers (vensim/, xmile/,
// yaml/) produce it, controller/compiler consumes it. A plain value without behaviour: nothing in it is
// resolved or checked beyond what its reader had to understand. Names refer to each other by key (see
// name.hpp) and may be undefined; the compiler reports that, with the places kept here.
//
// What readers leave to the compiler: which kind of thing a name is (variable, element, dimension, function,
// macro, lookup), the number and shape of arguments, the expansion of macros, the mapping of subscripts,
// INT and mod by dialect. What they must do themselves: report bad syntax with its place, keep places,
// limit depth (expression.hpp), flatten XMILE modules to qualified names ("module.variable", where the
// connections have become references), expand numeric ranges (A1-A10) to elements, drop sketches and views.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/diagnostic_code.hpp"
#include "common/base/error.hpp"
#include "controller/model/boxed.hpp"
#include "controller/model/expression.hpp"
#include "controller/model/lookup.hpp"
#include "controller/model/name.hpp"

namespace flowyard::controller::model {

// The dialect whose rules hold where they differ (INT and mod of negative numbers, PULSE, RAMP, DELAY,
// SAFEDIV's zero, functions of equal name). Yaml models may use both vocabularies; where they collide,
// Vensim's wins.
enum class Dialect {
  Vensim,
  Xmile,        // the standard, and Stella
  XmileVensim,  // XMILE exported by Vensim: Vensim's arithmetic in XMILE syntax
  Yaml,
};

// Vensim `DimA: A1, A2 -> DimB` gives {to: DimB}; `-> (DimB: SubB1, B3)` gives {to: DimB, targets: [...]}.
// The i-th member of the dimension corresponds to the i-th target, which may itself be a sub-range of `to`.
struct Mapping {
  Name to = {};
  std::vector<Name> targets = {};  // empty: position by position
  SourceLocation location = {};
};

// A dimension or sub-range. Members are elements or, recursively, names of other dimensions, whose
// elements are then taken in order. An element may belong to many dimensions; a dimension whose elements
// are all elements of another is a sub-range of it, and no more need be said.
struct Dimension {
  Name name = {};
  std::vector<Name> members = {};
  Name alias_of = {};  // Vensim `DimA <-> DimB`: another name for DimB; members and mappings are empty then
  std::vector<Mapping> mappings = {};
  std::optional<ExternalReference> external = {};  // GET XLS/DIRECT SUBSCRIPT; replaced by members later
  SourceLocation location = {};
};

// One equation of a variable, for the part of it that the left-hand side names.
struct Equation {
  // One entry (Kind::Name) for each dimension of the variable: an element, a sub-range or the dimension.
  // Empty for a scalar, and for XMILE "apply to all" (then Variable::dimensions says how far it reaches).
  std::vector<Subscript> subscripts = {};
  // Vensim :EXCEPT: lists; each has as many entries as `subscripts`. Excepted elements get their value
  // from other equations.
  std::vector<std::vector<Subscript>> except = {};

  // Auxiliary, flow, constant: the value. Stock: the net rate of change, or Missing where the flows are
  // named in Variable::inflows and outflows. Lookup: Missing, or a call that makes one. Data: Missing, or
  // External, or a formula.
  Expression expression = {};
  Expression initial = {};  // stocks only: the value at the start

  // Lookup and data variables: their points, one table for all elements, or one for each element of the
  // left-hand side in row-major order. Auxiliary or flow with a table (XMILE <gf> beside <eqn>): the value
  // is the table at `expression`; the variable may also be used as a lookup by its name.
  std::vector<Lookup> tables = {};

  SourceLocation location = {};  // of the left-hand side
};

enum class VariableKind {
  Auxiliary,  // computed; what turns out to be a number (or a list of numbers) is a settable constant
  Flow,       // an auxiliary that changes a stock
  Stock,
  Constant,  // declared so by the reader; the same as an auxiliary that is a number
  Lookup,    // a table; settable
  Data,      // a series over time, from `tables` or fed from outside by name
};

// How a data variable is read between its points (Vensim keywords).
enum class DataMode { Interpolate, LookForward, HoldBackward, Raw };

// XMILE conveyor (a kind of stock). Absent expressions are Missing.
struct Conveyor {
  Expression transit_time = {};
  Expression capacity = {};
  Expression inflow_limit = {};
  Expression sample = {};  // condition: when the transit time is read anew
  Expression arrest = {};  // condition: nothing moves
  bool discrete = false;
  bool batch_integrity = false;
  bool one_at_a_time = false;
  bool exponential_leak = false;
};

// XMILE leakage of a conveyor, said on the flow that leaks.
struct Leak {
  Expression fraction = {};
  double zone_start = 0;  // 0..1 of the way in
  double zone_end = 1;
  bool integers = false;
};

struct Limits {
  std::optional<double> low = {};
  std::optional<double> high = {};
  std::optional<double> increment = {};
};

// A flow as a stock names it; `location` is that of the name, where the reader knows it.
struct FlowName : Name {
  using Name::Name;
  FlowName(Name name, SourceLocation where = {}) : Name(std::move(name)), location(where) {}
  SourceLocation location = {};
};

struct Variable {
  Name name = {};
  VariableKind kind = VariableKind::Auxiliary;
  std::vector<Name> dimensions = {};  // XMILE <dimensions>; empty for Vensim, where left-hand sides say it
  std::vector<Equation> equations = {};

  // Stocks with named flows, in the order of the file: the order decides who is served first.
  std::vector<FlowName> inflows = {};
  std::vector<FlowName> outflows = {};
  // XMILE: a stock's outflows are held back so that it stays >= 0; a flow never runs backwards.
  bool non_negative = false;
  Boxed<Conveyor> conveyor = {};
  bool queue = false;
  Boxed<Leak> leak = {};  // flows
  bool overflow = false;  // flows out of a queue: takes what the one before could not
  // Flows: XMILE <multiplier>: the stock it flows into gets so many times the flow.
  Expression multiplier = {};

  DataMode data_mode = DataMode::Interpolate;
  // Vensim :SUPPLEMENTARY:, kept for documents only.
  bool supplementary = false;

  std::string units = {};
  std::string documentation = {};
  std::string group = {};
  Limits limits = {};
  SourceLocation location = {};
};

// A macro, kept as written; its expansion, with all names inside made private, is a stage of the compiler.
// Its value is the variable inside that has the macro's name. Inside, a name followed by `$` (Vensim `Time$`)
// is one of the calling model: the reader leaves the `$` at the end of the name.
struct Macro {
  Name name = {};
  std::vector<Name> inputs = {};
  std::vector<Expression> defaults = {};  // of the last inputs; empty or Missing for none
  std::vector<Name> outputs = {};  // further ones (Vensim: after `:`), given as trailing arguments of a call
  std::vector<Variable> variables = {};
  SourceLocation location = {};
};

enum class Method { Euler, RungeKutta2, RungeKutta4, RungeKuttaAuto };

// Expressions because a Vensim model gives them by equations. A Vensim reader keeps INITIAL TIME, FINAL TIME,
// TIME STEP and SAVEPER as variables and puts references to them here. Missing `save_every` is `step`.
// Where a model has no variables of these names, the names initial_time / starttime, final_time / stoptime,
// time_step / dt and saveper mean these expressions; `time` (also `t` in YAML) is always the clock.
struct TimeSettings {
  Expression start = {};
  Expression stop = {};
  Expression step = {};
  Expression save_every = {};
  Method method = Method::Euler;
  std::string units = {};
};

struct Warning {
  std::string message = {};
  SourceLocation location = {};
  DiagnosticCode diagnostic = {};
};

struct Model {
  Name name = {};
  std::string documentation = {};
  Dialect dialect = Dialect::Yaml;
  std::vector<std::string> files = {};  // SourceLocation::file counts into it; [0] is the file that was read
  TimeSettings time = {};
  // XMILE: an index outside of its dimension gives 0. Otherwise there is no value (:NA:).
  bool zero_outside = false;
  std::vector<Dimension> dimensions = {};
  std::vector<Variable> variables = {};
  std::vector<Macro> macros = {};
  // Names of one unit of measure, such as Person, People, Persons; for the check of units only.
  std::vector<std::vector<std::string>> unit_equivalents = {};
  std::vector<Warning> warnings = {};  // what was accepted and is probably not intended
  // Keys of the names that stand in text which could not be read (partly_read.hpp); empty in a sound model.
  // What such a name is cannot be known, so the compiler does not complain that it is missing.
  std::vector<std::string> unread = {};
};

// Limits that readers enforce with ErrorCode::Limit, so that no model can exhaust its host.
inline constexpr std::size_t kMaxModelBytes = 64U << 20U;
inline constexpr std::size_t kMaxVariables = 200'000;
inline constexpr std::size_t kMaxDimensionElements = 1'000'000;

FileLocation source_location(const Model& model, SourceLocation location);

}  // namespace flowyard::controller::model
