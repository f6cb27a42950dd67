#include "controller/mcp/protocol/sealed_state.hpp"

#include "common/base/base64.hpp"
#include "common/crypto/sha256.hpp"
#include "common/http/bearer.hpp"

namespace flowyard::controller::mcp::protocol {
namespace {

// As long as a person takes to answer, at most.
constexpr std::chrono::minutes kAnswerLife{15};
// More wait for an answer only if somebody wants to fill the memory.
constexpr std::size_t kMostIssued = 10'000;

}  // namespace

SealedState::SealedState() : key_(crypto::random_hex(32)) {}

void SealedState::forget_old(Time now) {
  std::erase_if(issued_, [&](const auto& one) { return one.second < now; });
  while (issued_.size() >= kMostIssued) issued_.erase(issued_.begin());
}

std::string SealedState::seal(const Json& content, const std::string& binding) {
  const auto now = std::chrono::steady_clock::now();
  forget_old(now);
  const std::string nonce = crypto::random_hex(16);
  issued_[nonce] = now + kAnswerLife;
  const std::string body = to_base64(dump(Json{{"nonce", nonce}, {"content", content}}));
  return body + "." + crypto::hmac_sha256_hex(key_, body + "\n" + binding);
}

Json SealedState::open(const std::string& sealed, const std::string& binding) {
  const RpcFailure refusal(kInvalidParams,
                           "this requestState was not given for this call, or it was used before, or it is "
                           "too old: call again without it");
  const auto dot = sealed.find('.');
  if (dot == std::string::npos) throw refusal;
  const std::string body = sealed.substr(0, dot);
  if (!http::same_secret(sealed.substr(dot + 1), crypto::hmac_sha256_hex(key_, body + "\n" + binding)))
    throw refusal;
  const auto json = Json::parse(from_base64(body).value());  // it is what was written here
  const auto issued = issued_.find(json.value("nonce", ""));
  if (issued == issued_.end() || issued->second < std::chrono::steady_clock::now()) throw refusal;
  issued_.erase(issued);
  return json["content"];
}

}  // namespace flowyard::controller::mcp::protocol
