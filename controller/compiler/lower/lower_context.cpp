#include "controller/compiler/lower/lower_context.hpp"

#include <algorithm>

#include "common/base/suggest.hpp"

namespace flowyard::controller::compiler {

using model::VariableKind;

LowerContext::LowerContext(const model::Model& model, Dimensions& dimensions, model::Diagnostics& diagnostics,
                           Budget& budget)
    : model_(model), dimensions_(dimensions), diagnostics_(diagnostics), budget_(budget) {
  symbol_tables_.emplace_back(model.variables, dimensions, diagnostics, budget);
  Scope& root = scopes_.emplace_back();
  root.symbols = &symbol_tables_.back();
  for (const auto& macro : model.macros) {
    symbol_tables_.emplace_back(macro.variables, dimensions, diagnostics, budget);
    if (!macros_.try_emplace(macro.name.key, &macro, &symbol_tables_.back()).second)
      diagnostics.error(macro.location, DiagnosticCode::DefinedTwice,
                        "the macro '" + macro.name.display + "' is defined twice");
  }
  if (const auto clock = root.symbols->find("time")) {
    const model::Variable& variable = *root.symbols->at(*clock).variable;
    diagnostics.error(variable.location, DiagnosticCode::DefinedTwice,
                      "'" + variable.name.display + "' is the clock: no variable can have its name");
  }
  const auto name_setting = [&](const Expression& e, Setting which,
                                std::initializer_list<const char*> kNames) {
    for (const char* name : kNames)
      if (!root.symbols->find(name)) setting_names_.emplace(name, which);
    const bool plain = e.kind == Expression::Kind::Reference && e.subscripts.empty();
    if (plain && root.symbols->find(e.name.key)) setting_names_[e.name.key] = which;
  };
  name_setting(model.time.start, Setting::Start, {"initial_time", "starttime"});
  name_setting(model.time.stop, Setting::Stop, {"final_time", "stoptime"});
  name_setting(model.time.step, Setting::Step, {"time_step", "dt"});
  name_setting(model.time.save_every, Setting::SaveEvery, {"saveper"});
  add_parameters();
  add_stocks(0);
}

InstanceId LowerContext::add_instance(const Instance& instance) {
  instances.push_back(instance);
  return static_cast<InstanceId>(instances.size() - 1);
}

InstanceId LowerContext::make(Mode mode, std::string name, std::function<NodeId()> how) {
  deferred_.push_back({std::move(how), std::move(name)});
  const auto number = static_cast<std::uint32_t>(deferred_.size() - 1);
  return add_instance({.kind = Instance::Kind::Deferred, .mode = mode, .number = number});
}

InstanceId LowerContext::value_instance(ScopeId scope, std::uint32_t symbol, std::size_t flat, Mode mode) {
  const Symbols& all = *scopes_[scope].symbols;
  auto& known = scopes_[scope].values[static_cast<std::size_t>(mode)];
  if (known.empty()) {
    budget_.spend(all.element_count());
    known.assign(all.element_count(), kNoIndex);
  }
  std::uint32_t& entry = known[all.at(symbol).first + flat];
  if (entry == kNoIndex)
    entry = add_instance(
        {.mode = mode, .scope = scope, .symbol = symbol, .flat = static_cast<std::uint32_t>(flat)});
  return entry;
}

InstanceId LowerContext::value(std::uint32_t symbol, std::size_t flat, Mode mode) {
  return value_instance(0, symbol, flat, mode);
}

InstanceId LowerContext::setting(Setting which, Mode mode) {
  const auto [entry, is_new] = settings_.try_emplace({which, mode}, 0);
  if (!is_new) return entry->second;
  static constexpr const char* kNames[] = {"start time", "stop time", "time step", "save interval"};
  const auto number = static_cast<std::uint32_t>(which);
  const InstanceId made = make(mode, kNames[number], [=, this] {
    const model::TimeSettings& time = model_.time;
    const Expression* all[] = {&time.start, &time.stop, &time.step, &time.save_every};
    const Expression& e = *all[number];
    if (!e.present()) {
      if (which == Setting::SaveEvery)
        return graph.operation(Opcode::Setting, ref(setting(Setting::Step, mode)), number);
      return wrong(DiagnosticCode::Missing, std::string("the model does not say its ") + kNames[number], {});
    }
    Context context;
    context.mode = mode;
    const bool plain = e.kind == Expression::Kind::Reference && e.subscripts.empty();
    const auto symbol = plain ? symbols().find(e.name.key) : std::nullopt;
    NodeId node = symbol ? value_of(0, *symbol, 0, context) : lower(e, context);
    if (which == Setting::Start) node = before_start(node);
    return graph.operation(Opcode::Setting, node, number);
  });
  settings_[{which, mode}] = made;
  return made;
}

std::optional<std::uint32_t> LowerContext::symbol_in(ScopeId scope, const std::string& key) const {
  return scopes_[scope].symbols->find(key);
}

void LowerContext::run() {
  for (; next_instance_ < instances.size() && !diagnostics_.full(); ++next_instance_) {
    Instance& instance = instances[next_instance_];
    try {
      instance.root = lower_instance(instance);
    } catch (TooLarge& limit) {
      diagnostics_.error(location_of(instance), DiagnosticCode::TooLarge, refusal(limit, name_of(instance)),
                         ErrorCode::Limit);
      limit.told = true;
      throw;
    }
    instance.lowered = true;
    if (instance.kind == Instance::Kind::Deferred) deferred_[instance.number].make = nullptr;
  }
}

NodeId LowerContext::lower_instance(const Instance& instance) {
  // What must be known before running is lowered out of turn, and may ask for more such.
  constexpr int kMostOutOfTurn = 100;
  struct Deeper {
    int& depth;
    explicit Deeper(int& d) : depth(d) { ++depth; }
    ~Deeper() { --depth; }
  } const deeper(out_of_turn_);
  if (out_of_turn_ > kMostOutOfTurn)
    return wrong(DiagnosticCode::TooLarge,
                 "more than 100 others must be known before '" + name_of(instance) +
                     "', before the run: does it depend on itself?",
                 location_of(instance));
  depth_ = 0;
  switch (instance.kind) {
    case Instance::Kind::StockInitial:
      return stock_initial(instance);
    case Instance::Kind::StockRate:
      return stock_rate(instance);
    case Instance::Kind::Deferred:
      return deferred_[instance.number].make();
    case Instance::Kind::Value:
      break;
  }
  return lower_equation(instance.scope, instance.symbol, instance.flat, instance.mode);
}

std::string LowerContext::name_of(const Instance& instance) const {
  if (instance.kind == Instance::Kind::Deferred) return deferred_[instance.number].name;
  const Symbols& all = *scopes_[instance.scope].symbols;
  const Symbol& symbol = all.at(instance.symbol);
  const std::string element = all.element_name(symbol, instance.flat);
  std::string name = symbol.variable->name.display;
  if (!element.empty()) name += "[" + element + "]";
  if (instance.kind == Instance::Kind::StockInitial) return "initial value of " + name;
  return instance.kind == Instance::Kind::StockRate ? "rate of " + name : name;
}

model::SourceLocation LowerContext::location_of(const Instance& instance) const {
  if (instance.kind == Instance::Kind::Deferred) return {};
  const Symbol& symbol = scopes_[instance.scope].symbols->at(instance.symbol);
  const std::int32_t equation = symbol.equations.empty() ? -1 : symbol.equations[instance.flat];
  return equation < 0 ? symbol.variable->location
                      : symbol.variable->equations[static_cast<std::size_t>(equation)].location;
}

Context LowerContext::context_of(ScopeId scope, const Symbol& symbol, std::size_t flat, Mode mode) const {
  Context context;
  context.scope = scope;
  context.mode = mode;
  context.owner = symbol.variable->name.key;
  context.symbol = static_cast<std::uint32_t>(&symbol - &scopes_[scope].symbols->at(0));
  context.flat = flat;
  if (scope != 0) {
    const Context& caller = scopes_[scope].caller;
    context.owner = caller.owner + "/" + context.owner;
    for (const auto* bindings : {&caller.left, &caller.iterating})
      for (const Binding& binding : *bindings)
        context.owner += "," + dimensions_.element(binding.element).key;
  }
  const Symbols& all = *scopes_[scope].symbols;
  const auto elements = all.elements_of(symbol, flat);
  const std::int32_t equation = symbol.equations.empty() ? -1 : symbol.equations[flat];
  const auto* left =
      equation < 0 ? nullptr : &symbol.variable->equations[static_cast<std::size_t>(equation)].subscripts;
  for (std::size_t k = 0; k < elements.size(); ++k) {
    Binding binding{.range = symbol.axes[k], .element = elements[k]};
    if (left && !left->empty()) {
      const auto named = dimensions_.range_named((*left)[k].name.key);
      // Outside of Vensim two dimensions may have elements of the same name: the place tells which is meant.
      if (named || model_.dialect == model::Dialect::Vensim) binding.range = named;
    }
    context.left.push_back(binding);
  }
  return context;
}

// Row-major position of an element among those that the left-hand side of its equation names.
std::size_t LowerContext::position_in_equation(const Symbol& symbol, std::size_t flat) const {
  const auto elements = symbols().elements_of(symbol, flat);
  const auto& equation = symbol.variable->equations[static_cast<std::size_t>(symbol.equations[flat])];
  std::size_t position = 0;
  for (std::size_t k = 0; k < elements.size(); ++k) {
    auto range = std::optional(symbol.axes[k]);
    if (!equation.subscripts.empty()) range = dimensions_.range_named(equation.subscripts[k].name.key);
    if (!range) continue;
    const Range& r = dimensions_.range(*range);
    position = position * r.elements.size() + r.position.find(elements[k]).value_or(0);
  }
  return position;
}

// The value of a variable's element, in the mode of the context.
NodeId LowerContext::value_of(ScopeId scope, std::uint32_t symbol, std::size_t flat, const Context& context) {
  const bool itself = scope == context.scope && symbol == context.symbol && flat == context.flat;
  if (context.held && itself) return *context.held;
  const Symbol& s = scopes_[scope].symbols->at(symbol);
  // What a conveyor or queue decides is not what its equation says.
  const bool decided = driven_.contains({scope, symbol}) || admitted_.contains({scope, symbol}) ||
                       held_back_.contains({scope, symbol});
  if (scope == 0 && !decided && parameter_of_[symbol] != kNoIndex && s.is_constant)
    return graph.leaf(NodeKind::Parameter, parameter_of_[symbol], static_cast<std::uint32_t>(flat));
  if (s.variable->kind == VariableKind::Stock) {
    const auto stock = scopes_[scope].first_stock.at(symbol) + static_cast<std::uint32_t>(flat);
    if (context.mode == Mode::Initial) return ref(stocks[stock].initial);
    return graph.leaf(NodeKind::Stock, stock);
  }
  return ref(value_instance(scope, symbol, flat, context.mode));
}

NodeId LowerContext::lower_equation(ScopeId scope, std::uint32_t symbol, std::size_t flat, Mode mode) {
  const Symbol& s = scopes_[scope].symbols->at(symbol);
  const model::Variable& variable = *s.variable;
  const Context context = context_of(scope, s, flat, mode);
  const auto into = admitted_.find({scope, symbol});
  const bool is_parameter = scope == 0 && s.is_constant && parameter_of_[symbol] != kNoIndex;
  if (const auto driven = driven_flow(scope, symbol, flat, mode)) return *driven;
  const auto decided = [&](NodeId given) {
    given = held_back(scope, symbol, flat, given, mode);
    return into == admitted_.end() ? given : admitted(into->second, symbol, flat, given, context);
  };
  if (is_parameter && (into != admitted_.end() || held_back_.contains({scope, symbol})))
    return decided(graph.leaf(NodeKind::Parameter, parameter_of_[symbol], static_cast<std::uint32_t>(flat)));
  if (variable.kind == VariableKind::Stock || is_parameter) return value_of(scope, symbol, flat, context);
  const std::int32_t number = s.equations.empty() ? -1 : s.equations[flat];
  if (number < 0) {
    if (is_unread(variable.name.key)) return graph.literal(0);
    const std::string element = scopes_[scope].symbols->element_name(s, flat);
    return wrong(
        DiagnosticCode::NoEquation,
        "'" + variable.name.display + (element.empty() ? "" : "[" + element + "]") + "' has no equation",
        variable.location);
  }
  const auto& equation = variable.equations[static_cast<std::size_t>(number)];
  NodeId node = 0;
  if (!equation.tables.empty()) {
    const auto table = table_at(scope, symbol, flat);
    if (variable.kind == VariableKind::Lookup)
      return wrong(DiagnosticCode::WrongKind,
                   "'" + variable.name.display + "' is a lookup: give it an argument", equation.location);
    const bool is_data = variable.kind == VariableKind::Data || !equation.expression.present();
    if (is_data) data_tables_.insert(*table);
    node = is_data ? data_value(s, *table, time())
                   : op(Opcode::Lookup, lower(equation.expression, context), *table);
  } else if (!equation.expression.present()) {
    if (is_unread(variable.name.key)) return graph.literal(0);
    if (variable.kind == VariableKind::Data)
      return wrong(DiagnosticCode::NoData, "'" + variable.name.display + "' has no data: feed it from a file",
                   equation.location);
    return wrong(DiagnosticCode::NoEquation, "'" + variable.name.display + "' has no equation",
                 equation.location);
  } else if (equation.expression.kind == Expression::Kind::ArrayLiteral) {
    const auto& values = equation.expression.arguments;
    const std::size_t at = s.axes.empty() ? 0 : position_in_equation(s, flat);
    if (values.empty() || (at >= values.size() && values.size() > 1))
      return wrong(DiagnosticCode::WrongDimensions,
                   "'" + variable.name.display + "' has too few numbers for its elements", equation.location);
    node = lower(values[values.size() == 1 ? 0 : at], context);
  } else {
    node = lower(equation.expression, context);
  }
  if (variable.non_negative && variable.kind != VariableKind::Stock)
    node = op(Opcode::Max, node, graph.literal(0));
  return decided(node);
}

NodeId LowerContext::stock_initial(const Instance& instance) {
  const auto [scope, flat] = std::pair(instance.scope, instance.flat);
  const Symbol& s = scopes_[scope].symbols->at(instance.symbol);
  const Context context = context_of(scope, s, flat, Mode::Initial);
  const std::int32_t number = s.equations[flat];
  NodeId node = 0;
  if (number < 0) {
    node = is_unread(s.variable->name.key)
               ? graph.literal(0)
               : wrong(DiagnosticCode::NoEquation,
                       "'" + s.variable->name.display + "[" + scopes_[scope].symbols->element_name(s, flat) +
                           "]' has no equation",
                       s.variable->location);
  } else {
    const auto& equation = s.variable->equations[static_cast<std::size_t>(number)];
    if (!equation.initial.present()) {
      node = wrong(DiagnosticCode::NoEquation,
                   "the stock '" + s.variable->name.display + "' has no initial value", equation.location);
    } else if (equation.initial.kind == Expression::Kind::ArrayLiteral && s.variable->conveyor &&
               s.axes.empty()) {
      node = graph.literal(0);
      for (const Expression& part : equation.initial.arguments)
        node = op(Opcode::Add, node, lower(part, context));
    } else if (equation.initial.kind == Expression::Kind::ArrayLiteral) {
      const auto& values = equation.initial.arguments;
      const std::size_t at = s.axes.empty() ? 0 : position_in_equation(s, flat);
      node = at < values.size()
                 ? lower(values[at], context)
                 : wrong(DiagnosticCode::WrongDimensions,
                         "'" + s.variable->name.display + "' has too few initial values", equation.location);
    } else {
      node = lower(equation.initial, context);
    }
  }
  return graph.operation(Opcode::InitialStock, node, instance.number);
}

NodeId LowerContext::stock_rate(const Instance& instance) {
  const auto [scope, flat] = std::pair(instance.scope, instance.flat);
  const Symbol& s = scopes_[scope].symbols->at(instance.symbol);
  if (s.equations[flat] < 0) return graph.literal(0);  // reported with the initial value
  const auto& equation = s.variable->equations[static_cast<std::size_t>(s.equations[flat])];
  const Context context = context_of(scope, s, flat, Mode::Step);
  if (equation.expression.present()) return lower(equation.expression, context);
  const auto& in = s.variable->inflows;
  const auto& out = s.variable->outflows;
  if (out.empty()) return inflow_sum(in, context, equation.location);
  const NodeId leaving = flow_sum(out, context, equation.location, false);
  if (in.empty()) return op(Opcode::Negate, leaving);
  return op(Opcode::Subtract, inflow_sum(in, context, equation.location), leaving);
}

// What a call of a macro gives it may be a flow there.
bool LowerContext::is_input(const model::Name& name, ScopeId scope) const {
  const model::Macro* macro = scopes_[scope].macro;
  return macro && std::find(macro->inputs.begin(), macro->inputs.end(), name) != macro->inputs.end();
}

NodeId LowerContext::inflow_sum(const std::vector<model::FlowName>& flows, const Context& context,
                                model::SourceLocation location) {
  return flow_sum(flows, context, location, true);
}

// A flow at the stock's element that the context stands at; over the dimensions that the stock does not have,
// the sum (as Stella has it).
NodeId LowerContext::flow_into(std::uint32_t flow, const model::Name& name, const Context& context,
                               model::SourceLocation location) {
  const Symbols& all = *scopes_[context.scope].symbols;
  const Symbol& stock = all.at(context.symbol);
  const auto axes = flow_axes(stock, all.at(flow));
  if (!axes || std::find(axes->begin(), axes->end(), -1) == axes->end())
    return lower(model::reference(name, {}, location), context);
  std::optional<NodeId> sum;
  for (const std::size_t flat : agreeing(all.at(flow), *axes, all.elements_of(stock, context.flat))) {
    const NodeId node = value_of(context.scope, flow, flat, context);
    sum = sum ? op(Opcode::Add, *sum, node) : node;
  }
  return sum ? *sum : graph.literal(0);
}

NodeId LowerContext::flow_sum(const std::vector<model::FlowName>& flows, const Context& context,
                              model::SourceLocation location, bool inflow) {
  std::optional<NodeId> sum;
  for (const auto& flow : flows) {
    const model::SourceLocation at = flow.location.line > 0 ? flow.location : location;
    const auto symbol = symbol_in(context.scope, flow.key);
    if (is_input(flow, context.scope)) {
      const NodeId given = lower(model::reference(flow, {}, at), context);
      sum = sum ? op(Opcode::Add, *sum, given) : given;
      continue;
    }
    if (!symbol) {
      if (is_unread(flow.key)) continue;
      wrong(DiagnosticCode::UnknownName,
            "there is no flow '" + flow.display + "'" + near_names(flow.display, context), at);
      continue;
    }
    const model::Variable& variable = *scopes_[context.scope].symbols->at(*symbol).variable;
    if (variable.kind == VariableKind::Stock) {
      wrong(DiagnosticCode::WrongKind, "'" + flow.display + "' is a stock, not a flow", at);
      continue;
    }
    NodeId node = flow_into(*symbol, flow, context, at);
    // XMILE <multiplier>: what arrives is in other units than what has left.
    if (inflow && variable.multiplier.present())
      node = op(Opcode::Multiply, node, lower(variable.multiplier, context));
    sum = sum ? op(Opcode::Add, *sum, node) : node;
  }
  return sum ? *sum : graph.literal(0);
}

}  // namespace flowyard::controller::compiler
