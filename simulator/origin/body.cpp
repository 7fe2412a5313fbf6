#include "origin/body.hpp"

#include <algorithm>
#include <utility>

#include "core/spare_buffer.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kPiece = 64 * 1024;

class TextBody final : public Body {
 public:
  explicit TextBody(std::string text) : text_(std::move(text)) {}
  std::uint64_t size() const override { return text_.size(); }
  std::size_t read(std::uint64_t at, std::span<char> out) const override {
    return text_.copy(out.data(), out.size(), static_cast<std::size_t>(at));
  }

 private:
  std::string text_;
};

class SeededBody final : public Body {
 public:
  SeededBody(const Plan& plan, std::uint64_t size)
      : seed_(plan.seed()), bytes_(plan.download(size)), size_(size) {}
  std::uint64_t size() const override { return size_; }
  std::optional<std::uint64_t> seed() const override { return seed_; }
  std::size_t read(std::uint64_t at, std::span<char> out) const override {
    bytes_.fill(at, out);
    return out.size();
  }

 private:
  std::uint64_t seed_;
  SeededBytes bytes_;
  std::uint64_t size_;
};

class FileBody final : public Body {
 public:
  explicit FileBody(std::shared_ptr<const ReadableFile> file) : file_(std::move(file)) {}
  std::uint64_t size() const override { return file_->size(); }
  std::size_t read(std::uint64_t at, std::span<char> out) const override {
    return file_->read(at, out);
  }

 private:
  std::shared_ptr<const ReadableFile> file_;
};

/// Parts of another, with what stands between them.
class MultipartBody final : public Body {
 public:
  MultipartBody(std::shared_ptr<const Body> whole, std::shared_ptr<const MultipartRanges> ranges)
      : whole_(std::move(whole)), ranges_(std::move(ranges)) {}
  std::uint64_t size() const override { return ranges_->size(); }

  std::size_t read(std::uint64_t at, std::span<char> out) const override {
    std::size_t filled = 0;
    for (const auto& [text, part] : ranges_->pieces()) {
      if (at < text.size()) {
        const auto copied = text.copy(out.data() + filled, out.size() - filled, at);
        filled += copied;
        at += copied;
      }
      if (at < text.size() || filled == out.size()) return filled;
      at -= text.size();
      if (at >= part.size) {
        at -= part.size;
        continue;
      }
      const auto wanted = std::min<std::uint64_t>(out.size() - filled, part.size - at);
      const auto got = whole_->read(part.first + at, out.subspan(filled, wanted));
      filled += got;
      if (got < wanted || filled == out.size()) return filled;
      at = 0;
    }
    return filled;
  }

 private:
  std::shared_ptr<const Body> whole_;
  std::shared_ptr<const MultipartRanges> ranges_;
};

}  // namespace

std::shared_ptr<const Body> body_of(const OriginAnswer& answer, const Plan& plan) {
  if (answer.file) return std::make_shared<FileBody>(answer.file);
  if (const auto size = answer.download_bytes) return std::make_shared<SeededBody>(plan, *size);
  return std::make_shared<TextBody>(answer.text);
}

BodyStream stream_of(const OriginAnswer& answer, const Plan& plan) {
  if (answer.parts) {
    return {std::make_shared<MultipartBody>(body_of(answer, plan), answer.parts),
            {0, answer.parts->size()},
            false};
  }
  const ByteRange all{0, answer.whole_bytes()};
  return {body_of(answer, plan), answer.part.value_or(all), answer.gzip};
}

BodyStream::BodyStream(std::shared_ptr<const Body> body, ByteRange part, bool gzip)
    : body_(std::move(body)),
      at_(part.first),
      end_(part.first + part.size),
      ended_(part.size == 0 && !gzip) {
  if (gzip) gzip_.emplace();
}

std::string BodyStream::next(std::size_t most) {
  if (!gzip_) return read(most);
  while (ready_.size() < most && !ended_) {
    if (at_ < end_) ready_ += gzip_->put(read(kPiece));
    if (at_ == end_ || cut_short_) {
      ready_ += gzip_->finish();
      ended_ = true;
    }
  }
  auto piece = ready_.substr(0, most);
  ready_.erase(0, piece.size());
  return piece;
}

std::string BodyStream::read(std::size_t most) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(most, end_ - at_));
  auto piece = size == kPiece ? spare_buffer(size) : std::string(size, '\0');
  const auto got = cut_short_ ? 0 : body_->read(at_, piece);
  cut_short_ = cut_short_ || got < piece.size();
  piece.resize(got);
  at_ += got;
  if (!gzip_) ended_ = at_ == end_ || cut_short_;
  return piece;
}

}  // namespace misproxy
