"""What is said in made-up conversations: customers' and our lines in turn, the customer's first."""

TALKS = (
    (
        "Hello, do you also repair flat roofs? Ours has been leaking since the storm.",
        "Good morning! Yes, we do. Could you send us the address and how large it is, roughly?",
        "About 80 square metres. The address is the one that you have from last year.",
        "Thank you. We can come and look at it on Thursday at 9. Does that suit you?",
        "Thursday is fine, thanks!",
    ),
    (
        "Hi, when will our order be delivered?",
        "Hello! It leaves our warehouse tomorrow and should be with you the day after.",
        "Great, thank you",
    ),
    (
        "Is the offer from spring still valid?",
        "It ended in June, but we can make you a new one with the same price. Shall we send it?",
        "Yes please, by e-mail",
        "It is on its way. Please tell us if anything is missing.",
    ),
    (
        "I saw your ad. How much is the large one, with installation?",
        "Thanks for writing! With installation it starts at 2,400. It depends a little on the wall.",
        "Could somebody come by next week?",
        "Gladly. Is Tuesday or Wednesday better for you?",
        "Wednesday afternoon",
    ),
    (
        "Good evening, the door that you fitted in March does not close any more.",
        "We are sorry to hear that. Our fitter can be with you on Monday between 8 and 10.",
        "That works. The bell is broken, please knock.",
    ),
    (
        "Do you have parking in front of the shop?",
        "Yes, four places right at the entrance, and more behind the building.",
    ),
    (
        "Can I still change the colour?",
        "Until Friday you can. Which one would you like?",
        "The dark grey, please",
        "Noted: dark grey. The price stays the same.",
        "Perfect!",
    ),
    (
        "Please send the invoice to our new address, we have moved.",
        "Of course. Could you write us the new address?",
    ),
)
UNANSWERED = (
    "Hello, is anybody there on Saturday?",
    "One more question: is the delivery included?",
    "Could you call me back today? Any time after 4.",
    "I have decided: we take it.",
)
AD = {
    "source_type": "ad",
    "source_id": "120210000000000001",
    "source_url": "https://fb.example/ad",
    "headline": "Spring offers on Instagram",
    "body": "Write to us, and we come and look at it.",
    "media_type": "image",
    "ctwa_clid": "made-up-click",
}
"""What a customer of the fourth conversation came by."""
AD_TALK = 3
