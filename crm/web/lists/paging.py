"""What each list of the API takes to be read page by page."""

from pydantic import BaseModel, ConfigDict, Field

from crm.db.keyset import DEFAULT_LIMIT, MAX_LIMIT


class PageQuery(BaseModel):
    """`cursor` is the `next` of the page before."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(None, max_length=400)
