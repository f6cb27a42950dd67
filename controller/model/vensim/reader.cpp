#include "controller/model/vensim/reader.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>

#include "controller/model/diagnostics.hpp"
#include "controller/model/vensim/annotations.hpp"
#include "controller/model/vensim/call_check.hpp"
#include "controller/model/vensim/lexer.hpp"
#include "controller/model/vensim/outputs.hpp"
#include "controller/model/vensim/scope.hpp"
#include "controller/model/vensim/settings.hpp"
#include "controller/model/vensim/shown.hpp"
#include "controller/model/vensim/source_text.hpp"
#include "controller/model/vensim/statement.hpp"
#include "controller/model/vensim/token_stream.hpp"

namespace flowyard::controller::model::vensim {
namespace {

// One equation could otherwise take many times the memory of the whole file.
constexpr std::size_t kMaxTokensOfEquation = 5'000'000;

class Reader {
 public:
  Reader(std::string_view text, Diagnostics& diagnostics)
      : diagnostics_(diagnostics), lexer_(text, diagnostics) {}

  void run() {
    while (!diagnostics_.hopeless()) {
      lexer_.skip_blanks();
      if (lexer_.at_end()) break;
      if (lexer_.starts_with("***")) {
        read_group();
      } else {
        read_block(lexer_.next());
      }
    }
    if (macro_)
      diagnostics_.error(macro_->location, DiagnosticCode::Syntax,
                         (macro_->name.empty() ? "this macro" : "the macro " + shown(macro_->name.display)) +
                             " has no :END OF MACRO:");
  }

  void move_into(Model& model) {
    model.variables = globals_.take_variables(diagnostics_);
    model.dimensions = std::move(dimensions_);
    model.macros = std::move(macros_);
    model.unread = std::move(unread_);
  }

  // False where text was skipped, whose content is unknown.
  bool all_names_seen() const { return all_names_seen_ && !diagnostics_.hopeless(); }

 private:
  // A line of stars, the name, a line of stars ~ comment |
  void read_group() {
    while (lexer_.accept('*')) {
    }
    lexer_.skip_blanks();
    std::string name = name_text(lexer_.starts_with("*") ? std::string_view() : lexer_.rest_of_line());
    const std::size_t end = name.find_first_of("~|*");
    if (end != std::string::npos) name.resize(end);
    while (!name.empty() && name.back() == ' ') name.pop_back();
    group_ = name.starts_with('.') ? name.substr(1) : name;
    do {
      lexer_.field();
    } while (lexer_.accept('~'));
    lexer_.accept('|');
  }

  void read_block(Token first) {
    if (first.kind == TokenKind::Keyword && first.keyword == Keyword::Macro) {
      begin_macro(first);
    } else if (first.kind == TokenKind::Keyword && first.keyword == Keyword::EndOfMacro) {
      end_macro(first);
    } else {
      read_equation(first);
    }
  }

  // The tokens up to the end of the equation, or up to `last`. nullopt where one was none.
  std::optional<std::vector<Token>> tokens_from(Token token, TokenKind last) {
    std::vector<Token> tokens;
    while (token.kind != TokenKind::End && token.kind != last) {
      tokens.push_back(token);
      if (tokens.size() > kMaxTokensOfEquation) {
        diagnostics_.error(token.location, DiagnosticCode::TooLarge, "the equation is too long",
                           ErrorCode::Limit);
        all_names_seen_ = false;
        return std::nullopt;
      }
      token = lexer_.next();
    }
    tokens.push_back(token);
    if (!lexer_.take_failed()) return tokens;
    note_unread(tokens);
    return std::nullopt;
  }

  // The names in an equation that could not be read may be anything.
  void note_unread(const std::vector<Token>& tokens) {
    // Elements that are not written down: of (A1-A10), or in a file.
    const bool defines_elements =
        tokens.size() > 1 && tokens.front().kind == TokenKind::Name && tokens[1].kind == TokenKind::Colon;
    const auto opens = [](const Token& token) { return token.kind == TokenKind::OpenParenthesis; };
    if (defines_elements && std::any_of(tokens.begin(), tokens.end(), opens)) all_names_seen_ = false;
    for (const Token& token : tokens) {
      if (token.kind != TokenKind::Name) continue;
      const bool open_quote =
          token.text.starts_with('"') && (token.text.size() < 2 || !token.text.ends_with('"'));
      if (open_quote)
        note_unread(token.text.substr(1));
      else
        unread_.push_back(key_of(name_text(token.text)));
    }
  }

  // Text that could not be split into names: whatever stands between operators may be one.
  void note_unread(std::string_view text) {
    constexpr std::string_view kEnds = "+-*/^()[]=<>,;:!~|\"\n";
    while (!text.empty()) {
      const std::size_t end = std::min(text.find_first_of(kEnds), text.size());
      if (std::string key = key_of(text.substr(0, end)); !key.empty()) unread_.push_back(std::move(key));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  void read_equation(const Token& first) {
    std::optional<std::vector<Token>> tokens = tokens_from(first, TokenKind::End);
    const std::string_view units = lexer_.accept('~') ? lexer_.field() : std::string_view();
    const std::string_view comment = lexer_.accept('~') ? lexer_.field() : std::string_view();
    const std::string_view flags = lexer_.accept('~') ? lexer_.field() : std::string_view();
    std::vector<std::string_view> further;
    while (lexer_.accept('~')) further.push_back(lexer_.field());
    const bool closed = lexer_.accept('|');
    if (!tokens || tokens->size() == 1) return;
    // Vensim has three fields at most.
    if (!further.empty() && (comment.find('=') != comment.npos || flags.find('=') != flags.npos)) {
      diagnostics_.error(first.location, DiagnosticCode::Syntax,
                         "the equation of " + shown(first.text) +
                             " has no '|' at its end: another one stands in its remarks");
      note_unread(*tokens);
      further.insert(further.end(), {units, comment, flags});
      for (const std::string_view remark : further) note_unread(remark);
      return;
    }
    TokenStream stream(std::move(*tokens), diagnostics_, budget_);
    auto statement = parse_statement(stream);
    if (!statement) return note_unread(stream.all());
    if (!closed)
      diagnostics_.warn(first.location, DiagnosticCode::Repaired,
                        "the equation of " + shown(first.text) +
                            " has no '|' at its end; the file may have been cut off there");
    if (auto* definition = std::get_if<Definition>(&*statement)) {
      Variable* variable = scope().add(std::move(*definition), group_, diagnostics_);
      if (variable != nullptr) annotate(*variable, units, comment, flags, first.location, diagnostics_);
    } else if (auto* dimension = std::get_if<Dimension>(&*statement)) {
      add_dimension(std::move(*dimension));
    } else {
      const auto& skipped = std::get<Skipped>(*statement);
      diagnostics_.warn(skipped.location, DiagnosticCode::Ignored,
                        "the " + std::string(skipped.what) + " " + shown(first.text) + " is left out");
    }
  }

  void add_dimension(Dimension dimension) {
    const auto [found, is_new] = dimension_places_.try_emplace(dimension.name.key, dimension.location);
    if (!is_new) {
      diagnostics_.error(dimension.location, DiagnosticCode::DefinedTwice,
                         "the subscript range " + shown(dimension.name.display) +
                             " is defined twice, first at line " + std::to_string(found->second.line));
      return;
    }
    dimensions_.push_back(std::move(dimension));
  }

  // :MACRO: NAME(input, input : output)
  void begin_macro(const Token& keyword) {
    auto tokens = tokens_from(lexer_.next(), TokenKind::CloseParenthesis);
    if (!tokens) return begin_unread_macro(keyword);
    TokenStream stream(std::move(*tokens), diagnostics_, budget_);
    Macro macro;
    macro.location = stream.peek().location;
    const Token name = stream.peek();
    if (stream.expect(TokenKind::Name, "the name of the macro")) {
      macro.name = Name(name_text(name.text));
      stream.expect(TokenKind::OpenParenthesis, "'(' after the name of the macro");
    }
    if (stream.failed()) {
      note_unread(stream.all());
      return begin_unread_macro(keyword);
    }
    if (!stream.at(TokenKind::CloseParenthesis) && !stream.at(TokenKind::Colon))
      macro.inputs = macro_names(stream);
    if (stream.accept(TokenKind::Colon)) macro.outputs = macro_names(stream);
    if (!stream.at(TokenKind::CloseParenthesis))
      stream.fail_expecting("',' or ')' after the input of the macro");
    if (macro_) {
      diagnostics_.error(keyword.location, DiagnosticCode::Syntax,
                         "a macro cannot be defined inside the macro " + shown(macro_->name.display));
    } else if (!macro_places_.try_emplace(macro.name.key, macro.location).second) {
      diagnostics_.error(macro.location, DiagnosticCode::DefinedTwice,
                         "the macro " + shown(macro.name.display) + " is defined twice");
      begin_unread_macro(keyword);
    } else {
      macro_ = std::move(macro);
      macro_scope_ = Scope();
    }
  }

  // Its head was wrong, which was reported. Its definitions are not part of the model, so their names are
  // unread.
  void begin_unread_macro(const Token& keyword) {
    if (macro_) return;
    macro_ = Macro{.location = keyword.location};
    macro_scope_ = Scope();
  }

  static std::vector<Name> macro_names(TokenStream& stream) {
    std::vector<Name> out;
    do {
      const Token token = stream.peek();
      stream.count_nodes(1);
      if (stream.expect(TokenKind::Name, "a name")) out.emplace_back(name_text(token.text));
    } while (stream.accept(TokenKind::Comma));
    return out;
  }

  void end_macro(const Token& keyword) {
    if (!macro_) {
      diagnostics_.error(keyword.location, DiagnosticCode::Syntax,
                         ":END OF MACRO: without a :MACRO: before it");
      return;
    }
    if (macro_->name.empty()) {
      for (const Variable& variable : macro_scope_.variables()) unread_.push_back(variable.name.key);
      macro_.reset();
      return;
    }
    macro_->variables = macro_scope_.take_variables(diagnostics_);
    macros_.push_back(std::move(*macro_));
    macro_.reset();
  }

  Scope& scope() { return macro_ ? macro_scope_ : globals_; }

  Diagnostics& diagnostics_;
  Lexer lexer_;
  Budget budget_;
  std::string group_;
  Scope globals_;
  Scope macro_scope_;
  std::optional<Macro> macro_;
  std::vector<Macro> macros_;
  std::vector<Dimension> dimensions_;
  std::unordered_map<std::string, SourceLocation> dimension_places_;
  std::unordered_map<std::string, SourceLocation> macro_places_;
  std::vector<std::string> unread_;
  bool all_names_seen_ = true;
};

const Variable* find_variable(const Model& model, std::string_view key) {
  for (const auto& variable : model.variables) {
    if (variable.name.key == key) return &variable;
  }
  return nullptr;
}

// A time that may be defined in skipped text is not reported as missing.
void read_time_settings(Model& model, bool all_names_seen, Diagnostics& diagnostics) {
  std::string missing;
  const auto get = [&](const char* name) {
    const Variable* variable = find_variable(model, key_of(name));
    if (variable != nullptr) return reference(variable->name, {}, variable->location);
    // An equation that could not be read is not reported as missing.
    const std::string key = key_of(name);
    const bool unread = std::find(model.unread.begin(), model.unread.end(), key) != model.unread.end();
    if (!unread) {
      missing += (missing.empty() ? "" : ", ") + std::string(name);
      model.unread.push_back(key);
    }
    return number(1);
  };
  model.time.start = get("INITIAL TIME");
  model.time.stop = get("FINAL TIME");
  model.time.step = get("TIME STEP");
  if (!missing.empty() && all_names_seen)
    diagnostics.error(SourceLocation{}, DiagnosticCode::NoEquation,
                      "the model has no equation for " + missing);
  if (const Variable* saveper = find_variable(model, "saveper")) {
    model.time.save_every = reference(saveper->name, {}, saveper->location);
  }
  for (const char* name : {"TIME STEP", "INITIAL TIME", "FINAL TIME"}) {
    const Variable* variable = find_variable(model, key_of(name));
    if (model.time.units.empty() && variable != nullptr) model.time.units = variable->units;
  }
}

Name model_name(const std::string& file_name) {
  const std::size_t slash = file_name.find_last_of("/\\");
  const std::string base = slash == std::string::npos ? file_name : file_name.substr(slash + 1);
  return Name(base.substr(0, base.rfind('.')));
}

}  // namespace

PartlyRead read_partly(std::string_view bytes, const std::string& file_name) {
  Diagnostics diagnostics({file_name});
  PartlyRead out;
  if (bytes.size() > kMaxModelBytes) {
    diagnostics.error(SourceLocation{}, DiagnosticCode::TooLarge, "the file is larger than 64 MB",
                      ErrorCode::Limit);
    out.errors = diagnostics.take_errors();
    return out;
  }
  const SourceText source = decode(bytes);
  if (auto other = other_kind_of_file(source.text)) {
    diagnostics.error(SourceLocation{.file = 0, .line = 1, .column = 1}, DiagnosticCode::NotAModel,
                      std::move(*other));
    out.errors = diagnostics.take_errors();
    return out;
  }
  if (source.mixed_encoding)
    diagnostics.warn({}, DiagnosticCode::Repaired,
                     "not all of the file is UTF-8; the rest was read as Windows-1252");
  Model& model = out.model;
  model.name = model_name(file_name);
  model.dialect = Dialect::Vensim;
  model.files.push_back(file_name);
  Reader reader(source.text, diagnostics);
  reader.run();
  reader.move_into(model);
  if (!diagnostics.hopeless()) define_outputs(model, diagnostics);
  read_settings(source.text, model);
  read_time_settings(model, reader.all_names_seen(), diagnostics);
  check_calls(model, diagnostics);
  model.warnings = diagnostics.take_warnings();
  out.worth_compiling = reader.all_names_seen();
  out.errors = diagnostics.take_errors();
  return out;
}

Results<Model> read(std::string_view bytes, const std::string& file_name) {
  PartlyRead partly = read_partly(bytes, file_name);
  if (!partly.errors.empty()) return std::move(partly.errors);
  return std::move(partly.model);
}

}  // namespace flowyard::controller::model::vensim
