// The part of ControllerService that manages access tokens.
#include "common/crypto/sha256.hpp"
#include "controller/experiment/name.hpp"
#include "controller/service/controller_service.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::Access;
using experiment::AccessToken;

namespace {

constexpr std::size_t kTokenBytes = 32;

TokenView token_view(const AccessToken& token) {
  return {.name = token.name,
          .read_only = token.access == Access::ReadOnly,
          .created = token.created,
          .budget = experiment::to_string(token.budget)};
}

}  // namespace

Task<> ControllerService::read_tokens() {
  tokens_ = co_await store_.run([](store::Store& store) { return store.access_tokens(); });
}

Task<Result<NewTokenView>> ControllerService::create_token(std::string name, Access access,
                                                           experiment::Budget budget) {
  if (!experiment::is_name(name)) co_return invalid("the name of a token " + experiment::name_rule());
  const std::string secret = crypto::random_hex(kTokenBytes);
  AccessToken token{.name = std::move(name),
                    .hash = crypto::sha256_hex(secret),
                    .access = access,
                    .created = clock_.now(),
                    .budget = budget};
  auto add = [token](store::Store& store) { return store.add_access_token(token); };
  if (!co_await store_.run(std::move(add))) {
    co_return failure(ErrorCode::Conflict, "there is a token '" + token.name +
                                               "' already: revoke it first, or choose another name");
  }
  log_.info("token created",
            {{"name", token.name}, {"access", access == Access::Full ? "full" : "read-only"}});
  NewTokenView view;
  static_cast<TokenView&>(view) = token_view(token);
  view.token = secret;
  co_await read_tokens();
  co_return view;
}

Task<std::vector<TokenView>> ControllerService::tokens() {
  std::vector<TokenView> views;
  for (const auto& token : tokens_) {
    auto view = token_view(token);
    auto look = [account = experiment::token_account(token.name)](store::Store& store) {
      return store.spending(account);
    };
    const auto spent = co_await store_.run(std::move(look));
    view.spent_runs = spent.runs;
    view.spent_cpu_seconds = spent.cpu_seconds;
    view.spent_output_bytes = spent.output_bytes;
    views.push_back(std::move(view));
  }
  co_return views;
}

Task<Result<void>> ControllerService::revoke_token(std::string name) {
  auto revoke = [name](store::Store& store) { return store.revoke_access_token(name); };
  if (!co_await store_.run(std::move(revoke))) {
    co_return failure(ErrorCode::NotFound,
                      "there is no token '" + name + "'; 'flowyard token list' shows those there are");
  }
  log_.info("token revoked", {{"name", name}});
  co_await read_tokens();
  co_return Result<void>();
}

const AccessToken* ControllerService::find_token(std::string_view token) const {
  if (tokens_.empty()) return nullptr;
  // Hashes tell nothing of what they were made from, so that they may be compared as any text.
  const std::string hash = crypto::sha256_hex(token);
  for (const auto& known : tokens_) {
    if (known.hash == hash) return &known;
  }
  return nullptr;
}

std::optional<Access> ControllerService::access_of(std::string_view token) const {
  const auto* known = find_token(token);
  return known ? std::optional(known->access) : std::nullopt;
}

std::optional<experiment::Charge> ControllerService::charge_of(std::string_view token) const {
  const auto* known = find_token(token);
  if (!known || known->budget.empty()) return std::nullopt;
  return experiment::Charge{.account = experiment::token_account(known->name), .budget = known->budget};
}

}  // namespace flowyard::controller::service
